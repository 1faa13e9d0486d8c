#include "admin/configure.h"

#include <algorithm>

#include "admin/audit_actions.h"
#include "artifacts/errors.h"

namespace sealgate::admin {
namespace {

using namespace artifacts;

constexpr int kAttempts = 5;

/// The plan of one changed artifact, on the configuration that it was read from.
Result<Plan> plan_on(ArtifactStore& store, const Snapshot& snapshot, Artifact changed, Time now) {
  const std::string where = std::string(to_string(kind_of(changed))) + " '" + name_of(changed) + "'";
  std::vector<SourcedArtifact> documents;
  documents.push_back({std::move(changed), where});
  SG_TRY_ASSIGN(Plan plan, plan_apply(store, documents, now));
  if (plan.base.revision != snapshot.revision) {
    return fail(kChangedMeanwhile, "somebody else changed the artifacts meanwhile", where, "try again");
  }
  return plan;
}

Origin origin_of(const access::Principal& by) {
  if (by.is_local()) return Origin::Command;
  return by.token().empty() ? Origin::Console : Origin::Api;
}

ChangeNote note_of(const ConfigureOptions& options, const Plan& plan, Time now) {
  const Author& author = options.author;
  ChangeNote note{author.by.who(), author.by.address(), origin_of(author.by), author.comment, options.restores, {}};
  for (access::AuditAction& action : actions_of(plan.changes)) {
    if (!author.action.empty()) action.action = author.action;
    action.details.emplace_back("revision", std::to_string(plan.base.revision + 1));
    if (options.restores) action.details.emplace_back("restores", std::to_string(*options.restores));
    if (!author.comment.empty()) action.details.emplace_back("comment", author.comment);
    note.audit.push_back({now, note.who, note.address, std::move(action.action), std::move(action.object),
                          std::move(action.before), std::move(action.after), "ok", std::move(action.details)});
  }
  return note;
}

tl::unexpected<Error> not_found(const std::string& what) {
  return fail(kNotFound, "there is no " + what, {}, "see what is configured");
}

}  // namespace

Result<Configured> configure(ArtifactStore& store, const certificates::CertificateStore& certificates,
                             const std::vector<std::string>& applications, const Clock& clock, const MakePlan& make,
                             const ConfigureOptions& options) {
  if (options.author.comment.size() > kMaxComment) {
    return fail(kBadValue, "the comment has more than " + std::to_string(kMaxComment) + " bytes", "comment",
                "say it in fewer words");
  }
  for (int attempt = 1;; ++attempt) {
    const auto lost = [&](const Error& error) { return error.code == kChangedMeanwhile && attempt < kAttempts; };
    Configured done;
    auto plan = make();
    if (!plan && lost(plan.error())) continue;
    if (!plan) return fail(std::move(plan).error());
    done.plan = std::move(*plan);
    if (options.approve) SG_TRY(options.approve(done.plan));
    SG_TRY_ASSIGN(done.review, review_assignments(done.plan, certificates, applications, clock.now()));
    done.refused = !options.accept_wrong_usage && !done.review.misfits.empty();
    done.revision = done.plan.base.revision;
    if (done.refused || options.dry_run) return done;
    const Time now = clock.now();
    const auto stored = commit(store, done.plan, now, note_of(options, done.plan, now));
    if (!stored && lost(stored.error())) continue;
    if (!stored) return fail(stored.error());
    done.revision = *stored;
    return done;
  }
}

Result<Plan> plan_change(ArtifactStore& store, Kind kind, const std::string& name, Time now,
                         const std::function<Result<>(Artifact&)>& change) {
  SG_TRY_ASSIGN(const Snapshot snapshot, store.load());
  auto found = snapshot.set.find(kind, name);
  if (!found) return not_found(std::string(to_string(kind)) + " '" + name + "'");
  SG_TRY(change(*found));
  return plan_on(store, snapshot, std::move(*found), now);
}

Result<Plan> plan_location_change(ArtifactStore& store, const std::string& name, Time now,
                                  const std::function<void(ReceiveLocation&)>& change) {
  SG_TRY_ASSIGN(const Snapshot snapshot, store.load());
  for (ReceivePort port : snapshot.set.receive_ports) {
    const auto location = std::ranges::find(port.locations, name, &ReceiveLocation::name);
    if (location == port.locations.end()) continue;
    change(*location);
    return plan_on(store, snapshot, std::move(port), now);
  }
  return not_found("receive location '" + name + "'");
}

}  // namespace sealgate::admin
