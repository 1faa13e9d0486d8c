#pragma once
// Answers: what a partner says to a message of a solicit-response port becomes a message, and what is meant for a
// waiting caller goes to it.

#include "hosts/callers.h"
#include "hosts/send_outcome.h"

namespace sealgate::hosts {

/// Records that the request was sent and publishes the answer, in one commit. An answer that its receive pipeline
/// refuses is suspended for good in its raw form, and a waiting caller is told. `raw` is the body as it came.
Result<> record_answered(const Attempt& attempt, messaging::BodyRef raw);

/// Runs Respond work: the response pipeline of the location, then to the caller. A caller that is gone and a response
/// that fails suspend it for good.
Result<> respond(const SendEnvironment& environment, Callers& callers, const messaging::WorkItem& item);

}  // namespace sealgate::hosts
