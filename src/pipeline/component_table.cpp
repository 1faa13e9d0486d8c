#include "pipeline/component_table.h"

#include <array>

#include "pipeline/as2_decoder.h"
#include "pipeline/as2_encoder.h"
#include "pipeline/decoder_component.h"
#include "pipeline/encoder_component.h"
#include "pipeline/party_resolution.h"
#include "pipeline/xml_assembler.h"
#include "pipeline/xml_disassembler.h"
#include "pipeline/xml_validator.h"

namespace sealgate::pipeline {
namespace {

using artifacts::ComponentSettings;

// A component is a function that takes its own type of settings; these make one type of all of them.
template <typename Settings, auto Component>
Result<> receive_step(const ReceiveRun& run, const ComponentSettings& settings, InFlight& message) {
  return Component(run, std::get<Settings>(settings), message);
}
template <typename Settings, auto Component>
Result<Pieces> disassembler(const ReceiveRun& run, const ComponentSettings& settings,
                            const messaging::Message& message) {
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
    ReceiveStep(receive_step<artifacts::As2DecoderSettings, run_as2_decoder>),
    Disassemble(disassembler<artifacts::XmlDisassemblerSettings, run_xml_disassembler>),
    ReceiveStep(receive_step<artifacts::XmlValidatorSettings, run_xml_validator>),
    ReceiveStep(receive_step<artifacts::PartyResolutionSettings, run_party_resolution>),
    SendStep(send_step<artifacts::XmlAssemblerSettings, run_xml_assembler>),
    SendStep(send_step<artifacts::EncoderSettings, run_encoder>),
    SendStep(send_step<artifacts::As2EncoderSettings, run_as2_encoder>),
};

}  // namespace

const ComponentAction& action_of(const ComponentSettings& settings) {
  return kActions[settings.index()];
}

}  // namespace sealgate::pipeline
