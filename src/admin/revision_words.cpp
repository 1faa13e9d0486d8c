#include "admin/revision_words.h"

#include <nlohmann/json.hpp>

namespace sealgate::admin {

nlohmann::ordered_json revision_json(const artifacts::RevisionSummary& revision) {
  nlohmann::ordered_json json{{"number", revision.number},
                              {"at", to_rfc3339(revision.at)},
                              {"by", revision.who},
                              {"address", revision.address},
                              {"origin", to_string(revision.origin)},
                              {"comment", revision.comment},
                              {"changes", revision.changes},
                              {"about", revision.about}};
  if (revision.restores) json["restores"] = *revision.restores;
  return json;
}

}  // namespace sealgate::admin
