#include <algorithm>
#include <map>

#include "artifacts/artifact_store.h"
#include "artifacts/built_in_pipelines.h"
#include "artifacts/errors.h"
#include "artifacts/validate.h"

namespace sealgate::artifacts {
namespace {

using Places = std::map<std::pair<Kind, std::string>, std::string>;

Result<Places> places_of(const std::vector<SourcedArtifact>& artifacts) {
  Places places;
  const SourcedArtifact* group = nullptr;
  for (const SourcedArtifact& entry : artifacts) {
    const Kind kind = kind_of(entry.artifact);
    const auto [at, fresh] = places.emplace(std::pair(kind, name_of(entry.artifact)), entry.where);
    if (!fresh) {
      return fail(
          kDuplicateName,
          "there are two documents for " + std::string(to_string(kind)) + " '" + name_of(entry.artifact) + "'",
          at->second + " and " + entry.where, "remove or rename one of them");
    }
    if (kind != Kind::Group) continue;
    if (group != nullptr) {
      return fail(kDuplicateName, "there are two groups", group->where + " and " + entry.where,
                  "a store has one group");
    }
    group = &entry;
  }
  return places;
}

Error first_of(const std::vector<Error>& faults) {
  Error first = faults.front();
  if (faults.size() > 1) first.remedy += "; and " + std::to_string(faults.size() - 1) + " more";
  return first;
}

Change change_of(const Snapshot& base, const Artifact& artifact) {
  Change change;
  change.kind = kind_of(artifact);
  change.name = name_of(artifact);
  change.after = to_yaml(artifact);
  std::optional<Artifact> before = base.set.find(change.kind, change.name);
  // Renaming the group is a change of the one group.
  if (!before && change.kind == Kind::Group && base.set.group) before = *base.set.group;
  if (!before) {
    change.change = ChangeKind::Created;
    return change;
  }
  change.before = to_yaml(*before);
  change.change = change.before == change.after ? ChangeKind::Unchanged : ChangeKind::Changed;
  return change;
}

std::vector<const SourcedArtifact*> by_name(const std::vector<SourcedArtifact>& artifacts) {
  std::vector<const SourcedArtifact*> sorted;
  for (const SourcedArtifact& entry : artifacts) sorted.push_back(&entry);
  std::ranges::sort(sorted, {},
                    [](const SourcedArtifact* entry) { return std::string_view(name_of(entry->artifact)); });
  return sorted;
}

}  // namespace

Result<Plan> plan_apply(ArtifactStore& store, const std::vector<SourcedArtifact>& artifacts, Time now,
                        std::vector<Error>* faults) {
  SG_TRY_ASSIGN(const Places places, places_of(artifacts));
  Plan plan;
  SG_TRY_ASSIGN(plan.base, store.load());
  plan.result = plan.base.set;
  for (const SourcedArtifact& entry : artifacts) plan.changes.push_back(change_of(plan.base, entry.artifact));
  // In the order of names each is appended to its list; in another, thousands of ports would be moved for each.
  for (const SourcedArtifact* entry : by_name(artifacts)) plan.result.put(entry->artifact);
  const auto where_of = [&](Kind kind, std::string_view name) {
    const auto at = places.find(std::pair(kind, std::string(name)));
    return at != places.end() ? at->second
                              : "stored " + std::string(to_string(kind)) + " '" + std::string(name) + "'";
  };
  std::vector<Error> found = validate(plan.result, where_of, now);
  if (!found.empty()) {
    Error first = first_of(found);
    if (faults != nullptr) *faults = std::move(found);
    return fail(std::move(first));
  }
  return plan;
}

Result<Plan> plan_delete(ArtifactStore& store, Kind kind, std::string_view name, Time now) {
  Plan plan;
  SG_TRY_ASSIGN(plan.base, store.load());
  plan.result = plan.base.set;
  const auto artifact = plan.base.set.find(kind, name);
  const std::string what = std::string(to_string(kind)) + " '" + std::string(name) + "'";
  if (!artifact && kind == Kind::Pipeline && find_built_in_pipeline(name) != nullptr) {
    return fail(kInUse, what + " is built in", {}, "it stays; ports need not use it");
  }
  if (!artifact) {
    return fail(kNotFound, "there is no " + what, {},
                "list what is there with 'sealgate get " + std::string(to_string(kind)) + "'");
  }
  plan.result.remove(kind, name);
  // Faults that were there before do not count: they must not keep anybody from removing their cause.
  const std::vector<Error> before = validate(plan.base.set, now);
  for (const Error& fault : validate(plan.result, now)) {
    const bool old =
        std::ranges::any_of(before, [&](const Error& e) { return e.what == fault.what && e.where == fault.where; });
    if (!old)
      return fail(kInUse, what + " is in use: without it, " + fault.what, fault.where, "change or delete that first");
  }
  plan.changes.push_back(Change{kind, std::string(name), ChangeKind::Deleted, to_yaml(*artifact), {}});
  return plan;
}

Result<Revision> commit(ArtifactStore& store, const Plan& plan, Time now, const ChangeNote& note) {
  return store.replace(plan.result, plan.base.revision, now, note);
}

}  // namespace sealgate::artifacts
