#pragma once
// The pipelines that exist without being applied, and what runs at a port: the components of its pipeline with the
// port's own settings put over them.

#include <optional>
#include <span>

#include "artifacts/artifacts.h"

namespace sealgate::artifacts {

/// PassThruReceive, PassThruTransmit, XMLReceive, XMLTransmit, SMIMEReceive, SMIMETransmit, AS2Receive,
/// AS2Send.
std::span<const Pipeline> built_in_pipelines();
const Pipeline* find_built_in_pipeline(std::string_view name);

/// Built-in or applied; nullptr when there is none of that name.
const Pipeline* find_pipeline(const ArtifactSet& set, std::string_view name);

/// What runs; empty optional when the pipeline does not exist.
std::optional<std::vector<Component>> components_of(const ArtifactSet& set, const PipelineSettings& settings);

/// It is the pipeline that makes a send port one of AS2: its messages go under agreements.
bool sends_as2(const ArtifactSet& set, const PipelineSettings& settings);
/// The same of a location, which takes AS2.
bool takes_as2(const ArtifactSet& set, const PipelineSettings& settings);

/// The settings of the first component of a type; nullptr when the pipeline has none.
template <typename Settings>
const Settings* find_settings(const std::vector<Component>& components) {
  for (const Component& component : components) {
    if (const auto* found = std::get_if<Settings>(&component.settings)) return found;
  }
  return nullptr;
}

}  // namespace sealgate::artifacts
