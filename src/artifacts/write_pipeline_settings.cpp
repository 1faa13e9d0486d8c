// Pipelines, and the pipeline of a port with its settings there.

#include <algorithm>

#include "artifacts/component_fields.h"
#include "artifacts/write_artifact.h"
#include "artifacts/write_values.h"

namespace sealgate::artifacts {
namespace {

/// Words that keep their meaning when a default changes: what decides security is written even at its default.
bool decides_security(std::string_view name) {
  constexpr std::string_view kNames[]{"check_revocation", "require_signature", "require_encryption",
                                      "signature_type",   "enable_encryption", "resolve_by_certificate"};
  return std::ranges::find(kNames, name) != std::end(kNames);
}

template <typename Settings>
void write_design(Writer& out, const Settings& settings) {
  write_unusual(
      out, settings, [](const auto& all, auto&& visit) { each_field(all, visit); }, decides_security);
}

void write_settings(Writer& out, const PipelineSettings& pipeline) {
  out.line("pipeline", pipeline.name);
  for (const ComponentOverride& override : pipeline.overrides) {
    out.open(type_of(override.settings).word);
    std::visit(
        [&](const auto& settings) {
          each_field(settings, [&](std::string_view name, const auto& value, auto... /*bounds*/) {
            if (std::ranges::find(override.given, name) != override.given.end()) write_value(out, name, value);
          });
        },
        override.settings);
    out.close();
  }
}

}  // namespace

void write(Writer& out, const ReceivePipelineSettings& pipeline) {
  write_settings(out, pipeline);
}

void write(Writer& out, const SendPipelineSettings& pipeline) {
  write_settings(out, pipeline);
}

void write(Writer& out, const Pipeline& pipeline) {
  out.line("direction", to_string(pipeline.direction));
  if (pipeline.components.empty()) return;
  out.open("stages");
  for (const Stage stage : kAllStages) {
    if (std::ranges::find(pipeline.components, stage, &Component::stage) == pipeline.components.end()) continue;
    out.open(to_string(stage));
    for (const Component& component : pipeline.components) {
      if (component.stage != stage) continue;
      out.open_item();
      out.line("component", type_of(component.settings).word);
      std::visit([&](const auto& settings) { write_design(out, settings); }, component.settings);
      out.close();
    }
    out.close();
  }
  out.close();
}

}  // namespace sealgate::artifacts
