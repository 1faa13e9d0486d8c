// Pipelines, and the pipeline of a port with its settings there.

#include <algorithm>

#include "artifacts/built_in_pipelines.h"
#include "artifacts/component_fields.h"
#include "artifacts/errors.h"
#include "artifacts/read_artifact.h"
#include "artifacts/read_parts.h"
#include "artifacts/read_values.h"
#include "base/text.h"
#include "xml/encodings.h"
#include "xml/reader.h"

namespace sealgate::artifacts {
namespace {

constexpr std::size_t kMostComponents = 255;  // of one stage, as in BizTalk

// One for each type of field in component_fields.h that read_values.h has not.
void read_value(Fields& fields, std::string_view key, DtdProcessing& value) {
  fields.choice(key, value, {DtdProcessing::Prohibit, DtdProcessing::Ignore});
}
void read_value(Fields& fields, std::string_view key, ProcessingInstructions& value) {
  fields.choice(key, value,
                {ProcessingInstructions::Append, ProcessingInstructions::Create, ProcessingInstructions::Ignore});
}
void read_value(Fields& fields, std::string_view key, InstructionScope& value) {
  fields.choice(key, value, {InstructionScope::Document, InstructionScope::Envelope});
}
void read_value(Fields& fields, std::string_view key, SignatureType& value) {
  fields.choice(key, value, {SignatureType::None, SignatureType::Clear, SignatureType::Blob});
}
/// What only several fields together can say.
void check(Fields& fields, const DecoderSettings& decoder) {
  if (decoder.allow_non_mime && (decoder.require_signature || decoder.require_encryption)) {
    fields.bad_value("allow_non_mime", "what is not MIME is neither signed nor encrypted, but that is required",
                     "turn allow_non_mime off, or require nothing", kContradiction);
  }
}
void check(Fields& fields, const XmlAssemblerSettings& assembler) {
  if (!assembler.target_charset.empty() && !xml::is_known_encoding(ascii_lower(assembler.target_charset))) {
    fields.bad_value("target_charset", "there is no encoding of this name",
                     "use utf-8, utf-16, us-ascii, iso-8859-x or windows-125x");
  }
  // Whatever stands there stands before the root element: only instructions and comments can.
  xml::NullHandler nothing;
  xml::Reader reader({}, nothing);
  auto read = reader.write(as_bytes(assembler.processing_instructions + "<x/>"));
  if (read) read = reader.finish();
  if (!read) {
    fields.bad_value("processing_instructions", "these are no processing instructions",
                     "write them as <?xml-stylesheet href=\"a.xsl\"?>");
  }
}
template <typename Settings>
void check(Fields& /*fields*/, const Settings& /*settings*/) {}

/// Into `settings`; gives the names of the fields that are there.
std::vector<std::string> read_settings(Fields& fields, ComponentSettings& settings) {
  std::vector<std::string> given;
  std::visit(
      [&](auto& component) {
        each_field(component, [&](std::string_view name, auto& value, auto... bounds) {
          if (fields.has(name)) given.emplace_back(name);
          read_value(fields, name, value, bounds...);
        });
        fields.no_other_keys();
        if (!fields.reading().failed()) check(fields, component);
      },
      settings);
  return given;
}

std::string words_for(Direction direction) {
  std::string words;
  for (const ComponentType& type : kComponentTypes) {
    if (direction_of(type.stage) == direction) words += (words.empty() ? "" : ", ") + std::string(type.word);
  }
  return words;
}

template <typename Settings>
Settings read_pipeline_settings(Fields& fields, Direction direction) {
  Settings settings;
  fields.name("pipeline", settings.name, Need::Optional);
  // Of a built-in pipeline it is known here what it has; the whole set tells for the others.
  const Pipeline* built_in = find_built_in_pipeline(settings.name);
  if (built_in != nullptr && built_in->direction != direction) {
    fields.bad_value(
        "pipeline",
        "pipeline " + settings.name + " is a " + std::string(to_string(built_in->direction)) + " pipeline",
        "name a " + std::string(to_string(direction)) + " pipeline");
  }
  for (const ComponentType& type : kComponentTypes) {
    if (direction_of(type.stage) != direction) continue;
    auto component = fields.map(type.word);
    if (!component) continue;
    ComponentOverride override;
    override.settings = *component_of_word(type.word);
    const auto same_type = [&](const Component& c) { return c.settings.index() == override.settings.index(); };
    if (built_in != nullptr && std::ranges::none_of(built_in->components, same_type)) {
      fields.bad_value(type.word, "pipeline " + settings.name + " has no component '" + std::string(type.word) + "'",
                       "remove it, or choose a pipeline that has it", kContradiction);
      return settings;
    }
    override.given = read_settings(*component, override.settings);
    settings.overrides.push_back(std::move(override));
  }
  return settings;
}

void read_stage(Fields& stages, Stage stage, Pipeline& pipeline) {
  const auto entries = stages.maps(to_string(stage));
  if (entries.size() > kMostComponents || (stage == Stage::Assemble && entries.size() > 1)) {
    stages.bad_value(to_string(stage), "the stage has too many components",
                     stage == Stage::Assemble ? "assemble has one component" : "a stage has at most 255", kTooLarge);
  }
  for (Fields entry : entries) {
    entry.required("component");
    const auto word = entry.scalar("component");
    if (!word) return;
    auto settings = component_of_word(*word);
    if (!settings) {
      entry.bad_value("component", "there is no component of this name",
                      "use one of " + words_for(pipeline.direction));
      return;
    }
    const Stage home = type_of(*settings).stage;
    if (home != stage) {
      entry.bad_value("component",
                      "component '" + *word + "' does not belong into stage " + std::string(to_string(stage)),
                      "put it under " + std::string(to_string(home)) + " of a " +
                          std::string(to_string(direction_of(home))) + " pipeline",
                      kContradiction);
      return;
    }
    (void)read_settings(entry, *settings);
    pipeline.components.push_back({stage, std::move(*settings)});
  }
}

}  // namespace

ReceivePipelineSettings read_receive_pipeline(Fields& fields) {
  return read_pipeline_settings<ReceivePipelineSettings>(fields, Direction::Receive);
}

SendPipelineSettings read_send_pipeline(Fields& fields) {
  return read_pipeline_settings<SendPipelineSettings>(fields, Direction::Send);
}

Pipeline read_pipeline(Fields& fields) {
  Pipeline pipeline;
  fields.name("name", pipeline.name, Need::Required);
  fields.text("description", pipeline.description);
  fields.required("direction");
  fields.choice("direction", pipeline.direction, {Direction::Receive, Direction::Send});
  if (find_built_in_pipeline(pipeline.name) != nullptr) {
    fields.bad_value("name", "pipeline " + pipeline.name + " is built in and cannot be changed",
                     "choose another name", kContradiction);
  }
  if (auto stages = fields.map("stages")) {
    for (const Stage stage : kAllStages) {
      if (direction_of(stage) == pipeline.direction) read_stage(*stages, stage, pipeline);
    }
    stages->no_other_keys();
  }
  fields.no_other_keys();
  return pipeline;
}

}  // namespace sealgate::artifacts
