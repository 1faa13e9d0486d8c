#pragma once
// What commands that change something, or look at the content of a message, leave in the audit log.

#include "access/audit_log.h"
#include "admin/audit_actions.h"
#include "store/common/store.h"

namespace sealgate::cli {

/// The effective user of this process: "root"; "uid 1234" for one without a name.
std::string unix_user();
/// Him, as he who runs this command.
access::Principal local_principal();

/// Records what was done. A command that could not do so ends with that error, although it did the rest.
Result<> record(store::Store& store, std::vector<access::AuditAction> actions, std::string_view outcome = "ok");
/// Records that it was done, or tried, with this outcome; gives the outcome, or why it could not be recorded.
Result<> audited(store::Store& store, access::AuditAction action, const Result<>& outcome = {});

}  // namespace sealgate::cli
