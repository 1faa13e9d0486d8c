#pragma once
// One message's evidence as files that openssl and coreutils verify: docs/evidence.md. Everything comes out of the
// tracking log, so that it is what was written down when things happened.

#include <string>

#include "base/clock.h"
#include "messaging/tracking_log.h"

namespace sealgate::evidence {

struct ExportRequest {
  std::string message = {};  ///< id of a message or a delivery, or an AS2 Message-ID
  std::string target = {};   ///< a folder, or a file that ends with ".zip"; empty: "evidence-ID" here
  bool with_seals = true;    ///< false: without the octets of seals, which hold records of other messages, too
};

struct Exported {
  std::string target = {};
  std::string hash = {};  ///< of SHA256SUMS, hexadecimal
  std::size_t files = 0;
  std::vector<std::string> missing = {};  ///< sentences: what was not kept, and what would have kept it
};

/// On failure the target does not exist. evidence.nothing-known, evidence.ambiguous, evidence.target-exists,
/// messaging.tracked-body-damaged, messaging.tracking-broken.
Result<Exported> export_evidence(messaging::TrackingLog& log, const ExportRequest& request, Time now);

}  // namespace sealgate::evidence
