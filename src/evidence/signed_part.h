#pragma once
// Takes a signed message apart into what its outermost signature is over, octet for octet, and the signature. Nothing
// is judged here: that is what the evidence is for.

#include <optional>

#include "base/bytes.h"

namespace sealgate::evidence {

struct SignedPart {
  Bytes content = {};
  Bytes signature = {};  ///< SignedData, BER or DER
};

/// `message`: header lines, an empty line, the body; small, as receipts are. Absent: it is not signed.
std::optional<SignedPart> take_apart(ByteView message);

}  // namespace sealgate::evidence
