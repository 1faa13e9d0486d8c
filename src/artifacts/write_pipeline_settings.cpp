// Pipelines, and the pipeline of a port with its settings there.

#include <algorithm>

#include "artifacts/component_fields.h"
#include "artifacts/write_artifact.h"
#include "crypto/algorithms.h"

namespace sealgate::artifacts {
namespace {

template <typename T>
void write_value(Writer& out, std::string_view name, const T& value) {
  if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    if (value.empty()) return out.empty_list(name);  // of a port: replaces the pipeline's list
    out.names(name, value);
  } else if constexpr (std::is_same_v<T, crypto::ContentCipher> || std::is_same_v<T, crypto::DigestAlgorithm>) {
    out.line(name, crypto::name(value));
  } else if constexpr (std::is_enum_v<T>) {
    out.line(name, to_string(value));
  } else {
    out.line(name, value);
  }
}

/// Words that keep their meaning when a default changes: what decides security is written even at its default.
bool decides_security(std::string_view name) {
  constexpr std::string_view kNames[]{"check_revocation", "require_signature", "require_encryption",
                                      "signature_type",   "enable_encryption", "resolve_by_certificate"};
  return std::ranges::find(kNames, name) != std::end(kNames);
}

template <typename Settings>
void write_design(Writer& out, const Settings& settings) {
  const Settings usual;
  each_field(settings, [&](std::string_view name, const auto& value, auto... /*bounds*/) {
    each_field(usual, [&](std::string_view usual_name, const auto& usual_value, auto... /*bounds*/) {
      if constexpr (std::is_same_v<decltype(value), decltype(usual_value)>) {
        if (usual_name == name && (decides_security(name) || !(value == usual_value))) write_value(out, name, value);
      }
    });
  });
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
