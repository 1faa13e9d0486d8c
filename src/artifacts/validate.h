#pragma once
// Checks that only the whole set can answer: references, uniqueness, pipelines that lack a certificate. Fails closed:
// a port that would have to send in clear what it should encrypt is refused, not stopped.

#include <functional>
#include <vector>

#include "artifacts/artifacts.h"

namespace sealgate::artifacts {

/// All faults of the set, not only the first. `where_of` gives the place of an artifact for messages
/// (file:line:column, or "SendPort Orders" when it comes from the store).
std::vector<Error> validate(const ArtifactSet& set,
                            const std::function<std::string(Kind, std::string_view)>& where_of, Time now);
std::vector<Error> validate(const ArtifactSet& set, Time now);

}  // namespace sealgate::artifacts
