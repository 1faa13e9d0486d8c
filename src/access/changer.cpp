#include "access/changer.h"

#include "access/errors.h"

namespace sealgate::access {

Result<> Changer::run(const Principal& by, std::string action, std::string object, const Make& make) {
  AuditRecord record;
  record.at = clock_.now();
  record.who = by.who();
  record.from = by.address();
  record.action = std::move(action);
  record.object = std::move(object);
  auto done = attempt(record, make);
  if (done) return done;
  record.outcome = done.error().code.id;
  Change refused;
  refused.audit.push_back(std::move(record));
  // The refusal stands whether it could be recorded or not.
  (void)storage_.change(refused);
  return done;
}

Result<> Changer::attempt(const AuditRecord& record, const Make& make) {
  for (int round = 0; round < 20; ++round) {
    Change change;
    AuditRecord made = record;
    SG_TRY(make(change, made));
    change.audit.push_back(std::move(made));
    SG_TRY_ASSIGN(const bool done, storage_.change(change));
    if (done) return {};
  }
  return fail(kChangedMeanwhile, "somebody else changes the same at the same time", record.object, "try again");
}

Result<> require(const Principal& by, Permission permission) {
  if (by.allows(permission)) return {};
  return fail(kNotAllowed, "this needs the permission '" + std::string(to_string(permission)) + "'", by.who(),
              by.token().empty() ? "ask somebody who may give you a role with it"
                                 : "use a token with it, whose owner has a role with it");
}

}  // namespace sealgate::access
