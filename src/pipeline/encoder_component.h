#pragma once
// The MIME/SMIME encoder component of a send pipeline.

#include "pipeline/stages.h"

namespace sealgate::pipeline {

/// Encode stage: writes the message as a MIME entity, sealed as the settings say, to `target` and calls its finish().
/// Signs with the group's certificate from the Personal store of the host's account; encrypts to the
/// certificates of the port, or of the message at a dynamic one, from OtherPeople. Every failure is before or instead
/// of the end of the output, never a weaker form.
Result<> run_encoder(const SendRun& run, const artifacts::EncoderSettings& settings,
                     const messaging::Message& message, Sink& target);

}  // namespace sealgate::pipeline
