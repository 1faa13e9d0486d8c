#pragma once
// A send pipeline: Pre-assemble, Assemble, Encode. PassThruTransmit sends the body part as it is; SMIMETransmit has
// the MIME/SMIME encoder. Fails closed: what should be signed or encrypted and cannot be is an error, never clear
// text.

#include "pipeline/components.h"

namespace sealgate::pipeline {

/// True when the output begins with a MIME header block.
bool produces_mime_entity(const artifacts::SendPort& port, const messaging::Message& message);

/// Writes the outgoing form of `message` to `target` and calls its finish(). Whatever was written before a failure
/// must be destroyed by the caller.
Result<> run_send_pipeline(const Environment& environment, const artifacts::Host& host,
                           const artifacts::SendPort& port, const messaging::Message& message, Sink& target);

}  // namespace sealgate::pipeline
