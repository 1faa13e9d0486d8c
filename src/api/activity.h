#pragma once
// What each port, location and party has done lately, and which of its certificates expires next: one line of a list.

#include <nlohmann/json_fwd.hpp>

#include "api/status_board.h"
#include "store/common/figures/figure_book.h"

namespace sealgate::api {

/// Reads everything of these kinds once, for a whole page.
class ActivityTable {
 public:
  static Result<ActivityTable> read(Services& services, const std::shared_ptr<StatusBoard>& board,
                                    std::initializer_list<store::figures::SubjectKind> kinds);

  /// As openapi.yaml's Activity, of one artifact of the set: ports, groups (all their ports), parties (what came from
  /// them and what goes out at their ports). Null for kinds that have none.
  nlohmann::ordered_json of(const artifacts::ArtifactSet& set, const artifacts::Artifact& artifact) const;
  nlohmann::ordered_json of_location(const std::string& name) const;

 private:
  using Activity = store::figures::Activity;
  const Activity* find(store::figures::SubjectKind kind, const std::string& name) const;
  nlohmann::ordered_json json_of(const Activity& activity, const std::vector<std::string>& places) const;

  Time now_ = {};
  std::map<store::figures::SubjectKind, store::figures::FigureBook::Activities> all_;
  std::shared_ptr<const Expiries> expiries_;
};

/// Of this page of artifacts, by name; null for kinds that have none.
Result<nlohmann::ordered_json> activities_of(Services& services, const std::shared_ptr<StatusBoard>& board,
                                             const artifacts::ArtifactSet& set, artifacts::Kind kind,
                                             const std::vector<artifacts::Artifact>& items);

}  // namespace sealgate::api
