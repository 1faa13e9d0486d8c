#include "artifacts/pipelines_validate.h"

#include <algorithm>
#include <map>

#include "artifacts/built_in_pipelines.h"
#include "artifacts/component_fields.h"
#include "artifacts/errors.h"

namespace sealgate::artifacts {
namespace {

/// The artifact that a fault belongs to, and how it is called in messages.
struct User {
  Kind kind;
  const std::string& artifact;
  std::string words;  ///< "send port 'Orders'"
};

class PipelineChecker {
 public:
  PipelineChecker(const ArtifactSet& set, const PipelineFault& fault) : set_(set), fault_(fault) {}

  void run() {
    check_types();
    for (const Pipeline& pipeline : set_.pipelines) {
      const User user{Kind::Pipeline, pipeline.name, "pipeline '" + pipeline.name + "'"};
      check_components(user, pipeline.components);
    }
    for (const ReceivePort& port : set_.receive_ports) {
      for (const ReceiveLocation& location : port.locations) {
        const User at{Kind::ReceivePort, port.name, "receive location '" + location.name + "'"};
        check_use(at, location.pipeline, Direction::Receive);
        check_use(at, location.response_pipeline, Direction::Send);
        check_as2(at, port, location);
      }
    }
    for (const SendPort& port : set_.send_ports) {
      const User user{Kind::SendPort, port.name, "send port '" + port.name + "'"};
      check_use(user, port.pipeline, Direction::Send);
      check_use(user, port.response_pipeline, Direction::Receive);
    }
  }

 private:
  void missing(const User& user, Kind kind, const std::string& name) {
    fault_(kMissingReference, user.kind, user.artifact,
           user.words + " names " + std::string(to_string(kind)) + " '" + name + "', which does not exist",
           "add a document 'kind: " + std::string(to_string(kind)) + "' with this name, or correct the name");
  }

  /// Two schemas of one message type would leave it open which one recognises a document.
  void check_types() {
    std::map<std::string, std::string> types;
    for (const Schema& schema : set_.schemas) {
      const auto [at, fresh] = types.emplace(schema.message_type, schema.name);
      if (fresh) continue;
      fault_(kDuplicateName, Kind::Schema, schema.name,
             "schemas '" + at->second + "' and '" + schema.name + "' are of one message type, " + schema.message_type,
             "put them into one schema");
    }
  }

  void check_schemas(const User& user, const std::vector<std::string>& names, bool envelopes) {
    for (const std::string& name : names) {
      const auto at = std::ranges::find(set_.schemas, name, &Schema::name);
      if (at == set_.schemas.end()) {
        missing(user, Kind::Schema, name);
      } else if (envelopes && at->envelope_body.empty()) {
        fault_(kContradiction, user.kind, user.artifact,
               user.words + " names schema '" + name + "' as an envelope, but it has no envelope_body",
               "add 'envelope_body' to the schema, or name it under document_schemas");
      }
    }
  }

  void check_components(const User& user, const std::vector<Component>& components) {
    for (const Component& component : components) {
      if (const auto* disassembler = std::get_if<XmlDisassemblerSettings>(&component.settings)) {
        check_schemas(user, disassembler->document_schemas, false);
        check_schemas(user, disassembler->envelope_schemas, true);
      } else if (const auto* validator = std::get_if<XmlValidatorSettings>(&component.settings)) {
        check_schemas(user, validator->schemas, false);
      } else if (const auto* decoder = std::get_if<DecoderSettings>(&component.settings)) {
        // One of the two may be the pipeline's and the other the port's.
        if (!decoder->allow_non_mime || !(decoder->require_signature || decoder->require_encryption)) continue;
        fault_(kContradiction, user.kind, user.artifact,
               user.words + " takes what is not MIME, which is neither signed nor encrypted, but requires that",
               "turn allow_non_mime off, or require nothing");
      } else if (const auto* assembler = std::get_if<XmlAssemblerSettings>(&component.settings)) {
        check_schemas(user, assembler->document_schemas, false);
        check_schemas(user, assembler->envelope_schemas, true);
      }
    }
  }

  /// The headers of HTTP say whose message it is, and the response is for the receipt.
  void check_as2(const User& user, const ReceivePort& port, const ReceiveLocation& location) {
    const auto components = components_of(set_, location.pipeline);
    if (!components || find_settings<As2DecoderSettings>(*components) == nullptr) return;
    if (!std::holds_alternative<HttpReceiveSettings>(location.transport)) {
      fault_(
          kContradiction, user.kind, user.artifact,
          user.words + " takes AS2 by " + std::string(adapter_name(location.transport)) + ", but AS2 comes by HTTP",
          "use adapter HTTP, or a pipeline without as2_decoder");
    }
    if (port.two_way) {
      fault_(kContradiction, user.kind, user.artifact,
             user.words +
                 " takes AS2, whose receipts go into the response, but its port is two-way, so that the "
                 "response would be a message",
             "put the location into a one-way port; answer by a message of its own");
    }
  }

  void check_use(const User& user, const PipelineSettings& settings, Direction direction) {
    const Pipeline* pipeline = find_pipeline(set_, settings.name);
    if (pipeline == nullptr) return missing(user, Kind::Pipeline, settings.name);
    if (pipeline->direction != direction) {
      fault_(kContradiction, user.kind, user.artifact,
             user.words + " names " + std::string(to_string(pipeline->direction)) + " pipeline '" + settings.name +
                 "' where a " + std::string(to_string(direction)) + " pipeline belongs",
             "name a " + std::string(to_string(direction)) + " pipeline");
      return;
    }
    for (const ComponentOverride& override : settings.overrides) {
      const auto same_type = [&](const Component& c) { return c.settings.index() == override.settings.index(); };
      if (std::ranges::any_of(pipeline->components, same_type)) continue;
      fault_(kContradiction, user.kind, user.artifact,
             user.words + " has settings for component '" + std::string(type_of(override.settings).word) +
                 "', which pipeline '" + settings.name + "' does not have",
             "remove them, or choose a pipeline that has it");
    }
    check_components(user, *components_of(set_, settings));
  }

  const ArtifactSet& set_;
  const PipelineFault& fault_;
};

}  // namespace

void check_pipelines(const ArtifactSet& set, const PipelineFault& fault) {
  PipelineChecker(set, fault).run();
}

}  // namespace sealgate::artifacts
