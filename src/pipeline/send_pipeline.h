#pragma once
// A send pipeline: the port's maps, then PreAssemble, Assemble, Encode. It runs at send ports and for the responses
// of two-way receive locations. Without components the body part goes out as it is. Fails closed: what should be
// signed or encrypted and cannot be is an error, never clear text.

#include "pipeline/stages.h"

namespace sealgate::pipeline {

/// What a send port sends by. The port must outlive it.
SendUse use_of(const artifacts::SendPort& port);

/// True when the output begins with a MIME header block.
bool produces_mime_entity(const artifacts::ArtifactSet& set, const SendUse& use, const messaging::Message& message);

/// Writes the outgoing form of `message` to `target` and calls its finish(). Whatever was written before a failure
/// must be destroyed by the caller. pipeline.no-such-pipeline when it does not exist any more.
Result<> run_send_pipeline(const Environment& environment, const artifacts::Host& host, const SendUse& use,
                           const messaging::Message& message, Sink& target);

}  // namespace sealgate::pipeline
