#include "admin/audit_actions.h"

namespace sealgate::admin {

std::vector<access::AuditAction> actions_of(const std::vector<artifacts::Change>& changes) {
  std::vector<access::AuditAction> actions;
  for (const artifacts::Change& change : changes) {
    if (change.change == artifacts::ChangeKind::Unchanged) continue;
    const char* const action = change.change == artifacts::ChangeKind::Created   ? "artifact.create"
                               : change.change == artifacts::ChangeKind::Deleted ? "artifact.delete"
                                                                                 : "artifact.change";
    actions.push_back({action,
                       std::string(artifacts::to_string(change.kind)) + " " + change.name,
                       access::audit_digest(change.before),
                       access::audit_digest(change.after),
                       {}});
  }
  return actions;
}

access::AuditAction certificate_action(std::string action, const std::string& place,
                                       const certificates::Certificate& certificate) {
  return {std::move(action),
          place + ", " + certificate.display_subject(),
          {},
          {},
          {{"sha256", certificate.thumbprint_sha256().to_hex()}}};
}

}  // namespace sealgate::admin
