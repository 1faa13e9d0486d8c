#include "admin/rollback.h"

#include <algorithm>

#include "artifacts/errors.h"
#include "artifacts/validate.h"
#include "artifacts/veil.h"

namespace sealgate::admin {
namespace {

using namespace artifacts;

/// What was kept of these, as artifacts again.
Result<> put_back(const std::vector<Change>& first, const ArtifactSet& now, RollbackPlan& made) {
  ArtifactSet& result = made.plan.result;
  // First what goes: a group has another name then, and there is one.
  for (const Change& change : first) {
    if (change.before.empty()) result.remove(change.kind, change.name);
  }
  for (const Change& change : first) {
    if (change.before.empty()) continue;
    const std::string where = std::string(to_string(change.kind)) + " '" + change.name + "'";
    SG_TRY_ASSIGN(auto documents, parse_documents(change.before, "revision, " + where));
    for (SourcedArtifact& document : documents) {
      if (const auto kept = unveil(document.artifact, now); !kept) {
        Error refused = kept.error();
        refused.code = kCannotRollBack;
        made.refusals.push_back(std::move(refused));
        continue;
      }
      result.put(std::move(document.artifact));
    }
  }
  return {};
}

void note_changes(const std::vector<Change>& first, Plan& plan) {
  for (const Change& one : first) {
    const auto before = plan.base.set.find(one.kind, one.name);
    const auto after = plan.result.find(one.kind, one.name);
    Change change{one.kind, one.name, ChangeKind::Unchanged, {}, {}};
    if (before) change.before = to_yaml(*before);
    if (after) change.after = to_yaml(*after);
    if (change.before == change.after) continue;
    change.change = !before ? ChangeKind::Created : !after ? ChangeKind::Deleted : ChangeKind::Changed;
    plan.changes.push_back(std::move(change));
  }
}

bool is_among(const std::vector<Error>& faults, const Error& fault) {
  return std::ranges::any_of(faults,
                             [&](const Error& one) { return one.what == fault.what && one.where == fault.where; });
}

/// Those of `then` that are not there now either: what is wrong already does not keep anybody from going back.
void add_new(std::vector<Error> then, const std::vector<Error>& now, std::vector<Error>& refusals) {
  for (Error& fault : then) {
    if (!is_among(now, fault) && !is_among(refusals, fault)) refusals.push_back(std::move(fault));
  }
}

Result<> judge(const RollbackSource& source, RollbackPlan& made, Time now) {
  add_new(validate(made.plan.result, now), validate(made.plan.base.set, now), made.refusals);
  SG_TRY_ASSIGN(const auto then, review_assignments(made.plan, source.certificates, source.applications, now));
  Plan unchanged = made.plan;
  unchanged.result = unchanged.base.set;
  SG_TRY_ASSIGN(const auto today, review_assignments(unchanged, source.certificates, source.applications, now));
  add_new(then.absent, today.absent, made.refusals);
  return {};
}

tl::unexpected<Error> no_revision(Revision to, const std::string& why) {
  return fail(kNoRevision, why, "revision " + std::to_string(to), "choose another: sealgate history");
}

Result<> check_reach(const RevisionLog::Since& since, Revision to) {
  if (to < 0 || to > since.newest) {
    return no_revision(to, "there is no such revision: the newest is " + std::to_string(since.newest));
  }
  if (since.kept == since.newest - to) return {};
  return no_revision(to, "of the " + std::to_string(since.newest - to) + " changes since then only " +
                             std::to_string(since.kept) + " are kept");
}

}  // namespace

Result<RollbackPlan> plan_rollback(const RollbackSource& source, Revision to, Time now) {
  RollbackPlan made;
  SG_TRY_ASSIGN(made.plan.base, source.artifacts.load());
  SG_TRY_ASSIGN(const auto since, source.revisions.since(to));
  SG_TRY(check_reach(since, to));
  if (since.newest != made.plan.base.revision) {
    return fail(kChangedMeanwhile, "somebody else changed the artifacts meanwhile", {}, "try again");
  }
  made.plan.result = made.plan.base.set;
  SG_TRY(put_back(since.first, made.plan.base.set, made));
  note_changes(since.first, made.plan);
  SG_TRY(judge(source, made, now));
  return made;
}

Result<RolledBack> roll_back(const RollbackSource& source, Revision to, const Clock& clock, ConfigureOptions options,
                             std::vector<Error>* faults) {
  RolledBack all;
  options.restores = to;
  const auto make = [&]() -> Result<Plan> {
    SG_TRY_ASSIGN(RollbackPlan made, plan_rollback(source, to, clock.now()));
    all.refusals = std::move(made.refusals);
    return std::move(made.plan);
  };
  const auto approved = options.approve;
  options.approve = [&](const Plan& plan) -> Result<> {
    if (approved) SG_TRY(approved(plan));
    if (options.dry_run || all.refusals.empty()) return {};
    if (faults != nullptr) *faults = all.refusals;
    Error first = all.refusals.front();
    if (all.refusals.size() > 1) first.remedy += "; and " + std::to_string(all.refusals.size() - 1) + " more";
    return fail(std::move(first));
  };
  SG_TRY_ASSIGN(all.done,
                configure(source.artifacts, source.certificates, source.applications, clock, make, options));
  return all;
}

}  // namespace sealgate::admin
