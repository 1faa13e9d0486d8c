#pragma once
// An artifact as JSON: the same keys as its YAML document, numbers and truth values as such.

#include <nlohmann/json_fwd.hpp>

#include "artifacts/artifacts.h"

namespace sealgate::admin {

nlohmann::ordered_json artifact_json(const artifacts::Artifact& artifact);

}  // namespace sealgate::admin
