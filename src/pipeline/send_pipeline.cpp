#include "pipeline/send_pipeline.h"

#include "messaging/property_names.h"
#include "pipeline/encoder_component.h"
#include "pipeline/errors.h"

namespace sealgate::pipeline {

bool produces_mime_entity(const artifacts::SendPort& port, const messaging::Message& message) {
  if (port.pipeline.name == artifacts::SendPipeline::SmimeTransmit) return true;
  // Passed through from HTTP: the adapter put the entity's MIME fields in front of the body when it came in.
  return message.context.text(messaging::names::kHttpMimeEntity) == "true";
}

Result<> run_send_pipeline(const Environment& environment, const artifacts::Host& host,
                           const artifacts::SendPort& port, const messaging::Message& message, Sink& target) {
  if (port.pipeline.name == artifacts::SendPipeline::SmimeTransmit) {
    return encode(environment, host, port, message, target);
  }
  const messaging::Part* body = message.body_part();
  if (body == nullptr) return fail(kNoParts, "the message has no body part to send", "send port " + port.name);
  SG_TRY(body->body->copy_to(target));
  return target.finish();
}

}  // namespace sealgate::pipeline
