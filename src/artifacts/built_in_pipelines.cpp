#include "artifacts/built_in_pipelines.h"

#include <algorithm>
#include <array>

#include "artifacts/component_fields.h"

namespace sealgate::artifacts {
namespace {

template <typename... Settings>
Pipeline make(std::string name, Direction direction, Settings... settings) {
  Pipeline pipeline;
  pipeline.name = std::move(name);
  pipeline.direction = direction;
  (pipeline.components.push_back({type_of(ComponentSettings(settings)).stage, std::move(settings)}), ...);
  return pipeline;
}

/// Copies the fields that were given. Both are of the same type.
template <typename Settings>
void put_over(Settings& settings, const ComponentOverride& override) {
  const auto& given = std::get<Settings>(override.settings);
  each_field(given, [&](std::string_view name, const auto& value, auto... /*bounds*/) {
    if (std::ranges::find(override.given, name) == override.given.end()) return;
    each_field(settings, [&](std::string_view target_name, auto& target, auto... /*bounds*/) {
      using Target = std::remove_reference_t<decltype(target)>;
      using Value = std::remove_cvref_t<decltype(value)>;
      if constexpr (std::is_same_v<Target, Value>) {
        if (target_name == name) target = value;
      }
    });
  });
}

}  // namespace

std::optional<ComponentSettings> component_of_word(std::string_view word) {
  std::optional<ComponentSettings> found;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((kComponentTypes[I].word == word ? void(found.emplace(std::in_place_index<I>)) : void()), ...);
  }(std::make_index_sequence<std::variant_size_v<ComponentSettings>>());
  return found;
}

std::span<const Pipeline> built_in_pipelines() {
  static const std::array<Pipeline, 8> all{
      make("PassThruReceive", Direction::Receive),
      make("PassThruTransmit", Direction::Send),
      make("XMLReceive", Direction::Receive, XmlDisassemblerSettings(), PartyResolutionSettings()),
      make("XMLTransmit", Direction::Send, XmlAssemblerSettings()),
      make("SMIMEReceive", Direction::Receive, DecoderSettings(), PartyResolutionSettings()),
      make("AS2Receive", Direction::Receive, As2DecoderSettings(), PartyResolutionSettings()),
      make("SMIMETransmit", Direction::Send, EncoderSettings()),
      make("AS2Send", Direction::Send, As2EncoderSettings()),
  };
  return all;
}

const Pipeline* find_built_in_pipeline(std::string_view name) {
  const auto all = built_in_pipelines();
  const auto at = std::ranges::find(all, name, &Pipeline::name);
  return at == all.end() ? nullptr : &*at;
}

const Pipeline* find_pipeline(const ArtifactSet& set, std::string_view name) {
  const Pipeline* built_in = find_built_in_pipeline(name);
  return built_in != nullptr ? built_in : set.find_pipeline(name);
}

bool sends_as2(const ArtifactSet& set, const PipelineSettings& settings) {
  const auto components = components_of(set, settings);
  return components && find_settings<As2EncoderSettings>(*components) != nullptr;
}

bool takes_as2(const ArtifactSet& set, const PipelineSettings& settings) {
  const auto components = components_of(set, settings);
  return components && find_settings<As2DecoderSettings>(*components) != nullptr;
}

std::optional<std::vector<Component>> components_of(const ArtifactSet& set, const PipelineSettings& settings) {
  const Pipeline* pipeline = find_pipeline(set, settings.name);
  if (pipeline == nullptr) return std::nullopt;
  std::vector<Component> components = pipeline->components;
  for (const ComponentOverride& override : settings.overrides) {
    for (Component& component : components) {
      if (component.settings.index() != override.settings.index()) continue;
      std::visit([&](auto& fields) { put_over(fields, override); }, component.settings);
    }
  }
  return components;
}

}  // namespace sealgate::artifacts
