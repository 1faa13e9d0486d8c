#pragma once
// What only the whole set can say about pipelines, schemas and maps: part of validate().

#include <functional>

#include "artifacts/artifacts.h"

namespace sealgate::artifacts {

using PipelineFault =
    std::function<void(ErrorCode code, Kind kind, const std::string& name, std::string what, std::string remedy)>;

void check_pipelines(const ArtifactSet& set, const PipelineFault& fault);

}  // namespace sealgate::artifacts
