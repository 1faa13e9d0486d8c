#pragma once
// Message integrity checks: the digest by which a receipt names what was received (Received-Content-MIC, RFC 4130
// section 7.4.3). received_mic.h computes it on the way in, sent_mics.h on the way out.

#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/digest.h"

namespace sealgate::as2 {

struct Mic {
  crypto::DigestAlgorithm algorithm = crypto::DigestAlgorithm::Sha256;
  std::string spelling;  ///< of the algorithm, as it came or as the partner asked for it
  crypto::DigestValue value;
};

/// "base64, algorithm": blanks anywhere, the algorithm in any spelling; without one, the length of the digest tells
/// it. Fails with as2.bad-mic for anything else, and when length and algorithm do not fit.
Result<Mic> parse_mic(std::string_view field);

/// "base64, sha256" on one line.
std::string format_mic(const Mic& mic);

}  // namespace sealgate::as2
