#pragma once
// Certificates in the database of the gateway (tables certificates, crls, certificate_revision).

#include <memory>

#include "base/clock.h"
#include "certificates/certificate_store.h"
#include "store/sqlite/sql/database.h"

namespace sealgate::store {

/// Refers to `database` and `clock` (the time of adding is recorded): both must outlive it.
std::unique_ptr<certificates::CertificateStore> make_sqlite_certificate_store(sql::Database& database,
                                                                              const Clock& clock);

}  // namespace sealgate::store
