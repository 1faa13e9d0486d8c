#pragma once
// What `sealgate audit` sees of this computer: permissions, and everything that the certificate stores hold.

#include "audit/practices.h"
#include "cli/data_folder.h"

namespace sealgate::cli {

Result<audit::Facts> gather_facts(const artifacts::ArtifactSet& set, const store::Store& store,
                                  const certificates::CertificateStore& certificates, const StoreChoice& where);

}  // namespace sealgate::cli
