#include "pipeline/component_table.h"

#include <array>

#include "pipeline/decoder_component.h"
#include "pipeline/encoder_component.h"
#include "pipeline/party_resolution.h"

namespace sealgate::pipeline {
namespace {

using artifacts::ComponentSettings;

// A component is a function that takes its own type of settings; these make one type of all of them.
template <typename Settings, auto Component>
Result<> receive_step(const ReceiveRun& run, const ComponentSettings& settings, InFlight& message) {
  return Component(run, std::get<Settings>(settings), message);
}
template <typename Settings, auto Component>
Result<> send_step(const SendRun& run, const ComponentSettings& settings, const messaging::Message& message,
                   Sink& target) {
  return Component(run, std::get<Settings>(settings), message, target);
}

// In the order of ComponentSettings.
const std::array<ComponentAction, std::variant_size_v<ComponentSettings>> kActions{
    ReceiveStep(receive_step<artifacts::DecoderSettings, run_decoder>),
    std::monostate(),
    std::monostate(),
    ReceiveStep(receive_step<artifacts::PartyResolutionSettings, run_party_resolution>),
    std::monostate(),
    SendStep(send_step<artifacts::EncoderSettings, run_encoder>),
};

}  // namespace

const ComponentAction& action_of(const ComponentSettings& settings) {
  return kActions[settings.index()];
}

}  // namespace sealgate::pipeline
