#pragma once
// What commands leave in the audit log before they do what is no one commit with its record.

#include <vector>

#include "admin/audit_actions.h"
#include "store/common/store.h"

namespace sealgate::cli {

/// Whatever ends between the change and its record has left this. What cannot be recorded is not begun.
Result<> begin(store::Store& store, std::vector<access::AuditAction> actions);

}  // namespace sealgate::cli
