#pragma once
// A receive pipeline: Decode, Disassemble, Validate, ResolveParty. PassThruReceive has no components; SMIMEReceive
// has the MIME/SMIME decoder and party resolution.

#include "pipeline/components.h"

namespace sealgate::pipeline {

struct Received {
  messaging::Message message;               ///< ready to be routed and published
  const artifacts::Party* party = nullptr;  ///< nullptr: the guest; lives as long as the artifacts
};

/// `raw` is what the adapter took in; `context` what the adapter and the engine know. On failure nothing of the
/// content was made available to anybody.
Result<Received> run_receive_pipeline(const Environment& environment, const artifacts::Host& host,
                                      const artifacts::ReceiveLocation& location, const messaging::Part& raw,
                                      messaging::MessageContext context);

}  // namespace sealgate::pipeline
