#include "pipeline/send_pipeline.h"

#include "artifacts/built_in_pipelines.h"
#include "messaging/property_names.h"
#include "pipeline/component_table.h"
#include "pipeline/errors.h"
#include "pipeline/map_component.h"

namespace sealgate::pipeline {

SendUse use_of(const artifacts::SendPort& port) {
  return {"send port " + port.name,   port.pipeline,   port.maps,   port.encryption_certificates, port.party,
          &port.signing_certificates, port.revocation, port.dynamic};
}

bool produces_mime_entity(const artifacts::ArtifactSet& set, const SendUse& use, const messaging::Message& message) {
  const auto components = artifacts::components_of(set, use.pipeline);
  if (components && artifacts::find_settings<artifacts::EncoderSettings>(*components) != nullptr) return true;
  // Passed through from HTTP: the adapter put the entity's MIME fields in front of the body when it came in.
  return message.context.text(messaging::names::kHttpMimeEntity) == "true";
}

Result<> run_send_pipeline(const Environment& environment, const artifacts::Host& host, const SendUse& use,
                           const messaging::Message& message, Sink& target) {
  const auto components = artifacts::components_of(environment.artifacts, use.pipeline);
  if (!components) {
    return fail(kNoSuchPipeline, "there is no pipeline '" + use.pipeline.name + "'", use.place,
                "apply it again, then resume");
  }
  if (message.body_part() == nullptr) {
    return fail(kNoParts, "the message has no body part to send", use.place);
  }
  const SendRun run{environment, host, use};
  messaging::Message current = message;
  SG_TRY(apply_map(environment, use.maps, current));
  for (std::size_t i = 0; i < components->size(); ++i) {
    const auto& settings = (*components)[i].settings;
    const SendStep step = std::get<SendStep>(action_of(settings));
    if (i + 1 == components->size()) return step(run, settings, current, target);
    // Between two components the body lies in the box's quarantine, where it vanishes with its last reader.
    SG_TRY_ASSIGN(const auto writer, environment.box.create_body());
    SG_TRY(step(run, settings, current, *writer));
    current.parts[current.body_index].body = writer->take();
  }
  SG_TRY(current.body_part()->body->copy_to(target));
  return target.finish();
}

}  // namespace sealgate::pipeline
