#pragma once
// A receive pipeline: Decode, Disassemble, Validate, ResolveParty, then the port's maps. It runs at receive locations
// and for the answers of two-way send ports.

#include "pipeline/stages.h"

namespace sealgate::pipeline {

struct Received {
  messaging::Message message;               ///< ready to be routed and published
  const artifacts::Party* party = nullptr;  ///< nullptr: the guest; lives as long as the artifacts
};

/// One interchange: what one received message became. BTS.InterchangeID is shared and BTS.InterchangeSequenceNumber
/// counts from 1, over good and rejected ones.
struct Interchange {
  std::vector<Received> messages = {};
  /// Only with a component that recovers; each is suspended on its own beside the good ones.
  std::vector<Rejected> rejected = {};
  /// A rejected piece can go through the same pipeline again: nothing was decoded before it was cut out.
  bool rejected_resumable = true;
};

/// `raw` is what the adapter took in; `context` what the adapter and the engine know; `maps` are names. On failure
/// nothing of the content was made available to anybody. pipeline.no-such-pipeline when it does not exist any more.
Result<Interchange> run_receive_pipeline(const Environment& environment, const artifacts::Host& host,
                                         const artifacts::PipelineSettings& pipeline,
                                         const std::vector<std::string>& maps, const messaging::Part& raw,
                                         messaging::MessageContext context);

}  // namespace sealgate::pipeline
