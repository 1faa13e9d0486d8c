#include "pipeline/receive_pipeline.h"

#include "messaging/property_names.h"
#include "pipeline/decoder_component.h"
#include "pipeline/party_resolution.h"
#include "pipeline/weak_algorithms.h"

namespace sealgate::pipeline {
namespace {

namespace names = messaging::names;

Received pass_through(const messaging::Part& raw, messaging::MessageContext context) {
  Received received;
  set_guest(context);
  const auto type = context.text(names::kHttpContentType);
  if (type && type->size() <= messaging::kMaximumPromotedText) context.promote(names::kMimeContentType, *type);
  received.message.context = std::move(context);
  received.message.parts.push_back(raw);
  if (type && received.message.parts.back().content_type.empty()) received.message.parts.back().content_type = *type;
  return received;
}

}  // namespace

Result<Received> run_receive_pipeline(const Environment& environment, const artifacts::Host& host,
                                      const artifacts::ReceiveLocation& location, const messaging::Part& raw,
                                      messaging::MessageContext context) {
  const artifacts::ReceivePipelineSettings& settings = location.pipeline;
  if (settings.name == artifacts::ReceivePipeline::PassThruReceive) return pass_through(raw, std::move(context));

  // Decode
  SG_TRY_ASSIGN(Decoded decoded, decode(environment, host, settings.decoder, *raw.body, context));
  // ResolveParty
  Received received;
  received.message = std::move(decoded.message);
  received.party = resolve_party(settings.party_resolution, environment.artifacts, received.message.context,
                                 decoded.signer ? &*decoded.signer : nullptr);
  SG_TRY(check_weak_algorithms(decoded.report, received.party, environment.now));
  if (!host.authentication_trusted) {
    // An untrusted host may open messages but not say whose they are.
    received.party = nullptr;
    set_guest(received.message.context);
  }
  return received;
}

}  // namespace sealgate::pipeline
