#pragma once
// A send pipeline with everything that the tracking log wants of it.

#include "hosts/send_flow.h"
#include "io/file.h"
#include "pipeline/as2_encoder.h"
#include "pipeline/send_pipeline.h"

namespace sealgate::hosts {

/// Runs the pipeline into `spool`, keeps the bodies that `tracking` asks for, and adds evidence, bytes and SHA-256 of
/// what goes over the wire to `details`. What it wrote before a failure must be destroyed.
Result<> run_tracked_send(const SendEnvironment& environment, const artifacts::Host& host,
                          const pipeline::SendUse& use, const artifacts::Tracking& tracking,
                          const messaging::Message& message, io::Spool& spool, messaging::TrackingDetails& details);

/// The same for a message that goes by AS2, into a body of the box: it is kept, and sent from there.
Result<messaging::BodyRef> run_tracked_send(const SendEnvironment& environment, const artifacts::Host& host,
                                            const pipeline::SendUse& use, const artifacts::Tracking& tracking,
                                            const messaging::Message& message, pipeline::As2Departure& departure,
                                            messaging::TrackingDetails& details);

}  // namespace sealgate::hosts
