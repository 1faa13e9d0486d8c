#pragma once
// The online certificate status protocol (RFC 6960, nonces of RFC 8954): requests, and what a response is worth. The
// time is an argument and nothing is sent from here: revocation/ does that.

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "certificates/certificate.h"
#include "certificates/crl.h"

namespace sealgate::certificates {

enum class RevocationStatus {
  Good,
  Revoked,
  Unknown  ///< nobody who is entitled to it says so, or the word is out of date
};
std::string_view to_string(RevocationStatus status);  ///< good, revoked, unknown

inline constexpr std::size_t kMaxOcspResponse = std::size_t{64} * 1024;
inline constexpr std::size_t kOcspNonceSize = 16;  ///< RFC 8954: 1 to 32 octets

/// DER of a request about one certificate, with `nonce` unless that is empty. certificates.ocsp-failed when the
/// library fails.
Result<Bytes> make_ocsp_request(const Certificate& certificate, const Certificate& issuer, ByteView nonce);

struct OcspRules {
  Time time{};
  /// The DER of the request that this answers; empty for a response that nobody asked for (stapled, in a message). A
  /// nonce that differs from the request's is refused; responders that prepare their answers send none (RFC 5019).
  ByteView request = {};
  /// Candidates for the responder's certificate, besides those in the response.
  std::span<const Certificate> candidates = {};
  std::span<const Thumbprint> distrusted = {};
  std::span<const Crl> crls = {};               ///< a delegated responder that one of these names is not believed
  std::chrono::seconds tolerance{300};          ///< of clocks
  std::chrono::seconds age_without_end{3'600};  ///< how long a response without nextUpdate counts
};

struct OcspAnswer {
  RevocationStatus status = RevocationStatus::Unknown;
  Time this_update{};
  Time valid_until{};  ///< nextUpdate, or what age_without_end makes of it
  std::optional<Time> revoked_at = {};
  std::string responder = {};  ///< subject of the certificate that signed it
  bool nonce = false;          ///< it repeats the nonce of the request
};

/// What the response says about `certificate`. Signed by `issuer` itself, or by a certificate that `issuer` issued
/// for id-kp-OCSPSigning, with everything that section 4.2.2.2 demands; else certificates.ocsp-unauthorized. Other
/// codes: certificates.ocsp-malformed, ocsp-refused (the responder answered with an error status), ocsp-wrong-nonce,
/// ocsp-stale, ocsp-not-about-it.
Result<OcspAnswer> check_ocsp_response(ByteView der, const Certificate& certificate, const Certificate& issuer,
                                       const OcspRules& rules);

}  // namespace sealgate::certificates
