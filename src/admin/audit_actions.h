#pragma once
// Changes of a group as actions for the audit log: the same words, whoever made them.

#include <string>
#include <vector>

#include "access/audit_log.h"
#include "artifacts/artifact_store.h"
#include "certificates/certificate.h"

namespace sealgate::admin {

/// One for each artifact that was not left as it was, with the digests of its documents.
std::vector<access::AuditAction> actions_of(const std::vector<artifacts::Change>& changes);
/// Of "Personal of account default, CN=Contoso", with its SHA-256.
access::AuditAction certificate_action(std::string action, const std::string& place,
                                       const certificates::Certificate& certificate);

}  // namespace sealgate::admin
