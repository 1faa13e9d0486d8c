#pragma once
// What send ports name that is no assigned certificate, and that must be there when they send: affiliate
// applications, and the certificates by which alone they trust their servers.

#include <optional>
#include <string>
#include <vector>

#include "artifacts/artifacts.h"
#include "audit/finding.h"
#include "certificates/certificate_store.h"

namespace sealgate::audit {

// Codes of findings, beside those of check.h.
inline constexpr std::string_view kNoApplication = "check.no-application";
inline constexpr std::string_view kNoTrustedCertificate = "check.no-trusted-certificate";
inline constexpr std::string_view kTrustedExpired = "check.trusted-expired";

/// One of a port's trusted certificates: in TrustedRoots, or the server's own in OtherPeople. "Not found" is nullopt.
Result<std::optional<certificates::StoredCertificate>> find_trusted(const certificates::CertificateStore& store,
                                                                    const certificates::Thumbprint& thumbprint);

/// `applications`: the names of those that there are. Backups count. Errors are of the store.
Result<std::vector<Finding>> check_references(const std::vector<artifacts::SendPort>& ports,
                                              const std::vector<std::string>& applications,
                                              const certificates::CertificateStore& store, Time now);

}  // namespace sealgate::audit
