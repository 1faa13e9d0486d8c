#pragma once
// What only the whole set can say about agreements: part of validate().

#include "artifacts/pipelines_validate.h"

namespace sealgate::artifacts {

/// An agreement that has ended is history: it only needs its parties.
void check_agreements(const ArtifactSet& set, Time now, const PipelineFault& fault);

}  // namespace sealgate::artifacts
