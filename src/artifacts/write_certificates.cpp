// Settings about certificates, the counterpart of read_certificates.cpp.

#include "artifacts/write_artifact.h"

namespace sealgate::artifacts {

void write(Writer& out, const RevocationSettings& revocation) {
  const RevocationSettings usual;
  if (revocation == usual) return;
  out.open("revocation");
  if (revocation.policy) out.line("policy", to_string(*revocation.policy));
  out.unless("refresh", revocation.refresh, usual.refresh);
  out.names("sources", revocation.sources);
  out.unless("ocsp", revocation.ocsp, usual.ocsp);
  out.unless("fetch_issuers", revocation.fetch_issuers, usual.fetch_issuers);
  out.names("allowed_private_hosts", revocation.allowed_private_hosts);
  out.close();
}

void write(Writer& out, const ExpirySettings& warnings) {
  const ExpirySettings usual;
  if (warnings == usual) return;
  out.open("expiry_warnings");
  if (warnings.days.empty()) {
    out.empty_list("days");
  } else if (warnings.days != usual.days) {
    std::vector<std::string> days;
    days.reserve(warnings.days.size());
    for (const int day : warnings.days) days.push_back(std::to_string(day));
    out.plain_list("days", days);
  }
  out.text("webhook", warnings.webhook);
  if (warnings.email) {
    out.open("email");
    out.line("smtp_url", warnings.email->smtp_url);
    out.line("from", warnings.email->from);
    out.names("to", warnings.email->to);
    out.close();
  }
  out.close();
}

void write(Writer& out, const PathSettings& path) {
  const PathSettings usual;
  if (path == usual) return;
  out.open("path");
  out.line("auth_level", path.auth_level);
  out.names("policies", path.policies);
  out.unless("require_explicit_policy", path.require_explicit_policy, usual.require_explicit_policy);
  out.close();
}

void write(Writer& out, const std::optional<RevocationPolicy>& policy) {
  if (policy) out.line("revocation", to_string(*policy));
}

}  // namespace sealgate::artifacts
