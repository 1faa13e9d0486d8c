#include "cli/audit_trail.h"

#include <pwd.h>
#include <unistd.h>

#include <array>

#include "access/begun.h"
#include "cli/audit_begun.h"

namespace sealgate::cli {

std::string unix_user() {
  std::array<char, 1024> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  return "uid " + std::to_string(::geteuid());
}

access::Principal local_principal() {
  return access::Principal::local(unix_user());
}

Result<> begin(store::Store& store, std::vector<access::AuditAction> actions) {
  return record(store, std::move(actions), access::kBegun);
}

Result<> record(store::Store& store, std::vector<access::AuditAction> actions, std::string_view outcome) {
  return access::AuditLog(store.access(), store.clock()).record_all(local_principal(), std::move(actions), outcome);
}

Result<> audited(store::Store& store, access::AuditAction action, const Result<>& outcome) {
  const auto recorded = record(store, {std::move(action)}, outcome ? "ok" : outcome.error().code.id);
  return outcome ? recorded : outcome;
}

}  // namespace sealgate::cli
