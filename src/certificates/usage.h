#pragma once
// The seven jobs a certificate can be given, and whether its key usage and extended key usage allow the job. A
// certificate without these extensions may do everything (RFC 5280 sections 4.2.1.3 and 4.2.1.12; RFC 8550
// section 4.4).

#include <array>
#include <string>
#include <string_view>

#include "certificates/certificate.h"

namespace sealgate::certificates {

enum class Usage { Sign, Verify, Encrypt, Decrypt, PartyResolution, HttpsClient, HttpsServer };

inline constexpr std::array<Usage, 7> kAllUsages{Usage::Sign,       Usage::Verify,          Usage::Encrypt,
                                                 Usage::Decrypt,    Usage::PartyResolution, Usage::HttpsClient,
                                                 Usage::HttpsServer};

/// "sign", "verify", "encrypt", "decrypt", "party-resolution", "https-client", "https-server".
std::string_view to_string(Usage usage);
std::optional<Usage> parse_usage(std::string_view text);

struct UsageCheck {
  bool allowed = true;
  std::string reason;  ///< why not, one sentence for people; empty when allowed
  /// certificates.wrong-usage with the reason and the remedy; success when allowed.
  Result<> status() const;
};

/// Looks at the certificate alone: not at validity, trust or revocation.
UsageCheck check_usage(const Certificate& certificate, Usage usage);

}  // namespace sealgate::certificates
