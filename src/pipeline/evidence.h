#pragma once
// What components found out that the tracking log shall say: which layers, opened with which certificate, signed by
// whom and how that was judged; on the way out, which certificates and algorithms were used. Also of what failed.

#include "messaging/tracking.h"
#include "smime/encoder.h"
#include "smime/report.h"

namespace sealgate::pipeline {

/// From the outside in. Nothing of it says more about a failed decryption than "cannot decrypt".
void add_evidence(messaging::TrackingDetails& details, const smime::Report& report);
void add_evidence(messaging::TrackingDetails& details, const smime::EncodeOptions& options);

}  // namespace sealgate::pipeline
