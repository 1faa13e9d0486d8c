#pragma once
// The MIME/SMIME encoder component of a send pipeline.

#include "pipeline/components.h"

namespace sealgate::pipeline {

/// Writes the message as a MIME entity, sealed as the settings say, to `target` and calls its finish(). Signs with
/// the group's certificate from the Personal store of the host's account; encrypts to the port's certificates from
/// OtherPeople. Every failure is before or instead of the end of the output, never a weaker form.
Result<> encode(const Environment& environment, const artifacts::Host& host, const artifacts::SendPort& port,
                const messaging::Message& message, Sink& target);

}  // namespace sealgate::pipeline
