#pragma once
// Certificates in the database of the group (tables certificates, crls, certificate_revision).

#include <memory>

#include "base/clock.h"
#include "certificates/certificate_store.h"
#include "store/postgres/sql/database.h"

namespace sealgate::store::postgres {

/// Refers to `database` and `clock` (the time of adding is recorded): both must outlive it.
std::unique_ptr<certificates::CertificateStore> make_postgres_certificate_store(Database& database,
                                                                                const Clock& clock);

}  // namespace sealgate::store::postgres
