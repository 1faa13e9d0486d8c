#include "admin/configure.h"

#include <algorithm>

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

tl::unexpected<Error> not_found(const std::string& what) {
  return fail(kNotFound, "there is no " + what, {}, "see what is configured");
}

}  // namespace

Result<Configured> configure(ArtifactStore& store, const certificates::CertificateStore& certificates,
                             const std::vector<std::string>& applications, const Clock& clock, const MakePlan& make,
                             const ConfigureOptions& options) {
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
    const auto stored = commit(store, done.plan, clock.now());
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
