#pragma once
// What the configuration beside the certificate stores uses a certificate for.

#include <memory>
#include <string>
#include <vector>

#include "audit/uses.h"
#include "cli/cert_command.h"

namespace sealgate::cli {

/// Of the configuration beside the certificates; nullptr with --folder.
Result<std::unique_ptr<audit::Uses>> uses_beside(const CertStores& stores);

/// One line each: "SendPort Orders, encryption_certificates (encrypt)"; none without `uses`.
std::vector<std::string> used_by(const std::unique_ptr<audit::Uses>& uses,
                                 const certificates::Certificate& certificate, Time now);

}  // namespace sealgate::cli
