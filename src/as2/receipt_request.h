#pragma once
// What kind of receipt the sender of a message asks for: Disposition-Notification-To,
// Disposition-Notification-Options and Receipt-Delivery-Option (RFC 4130 section 7.3, RFC 3798 section 2.2). Read
// with all the spellings partners use.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "as2/choices.h"
#include "base/error.h"
#include "crypto/algorithms.h"
#include "mime/headers.h"

namespace sealgate::as2 {

/// One digest of signed-receipt-micalg.
struct MicAlgorithm {
  crypto::DigestAlgorithm digest;
  std::string spelling;  ///< as the partner wrote it: goes back like that
  friend bool operator==(const MicAlgorithm&, const MicAlgorithm&) = default;
};

struct ReceiptRequest {
  std::string notify_to;  ///< RFC 4130: means nothing to the receiver
  bool wants_signature = false;
  bool signature_required = false;
  std::vector<MicAlgorithm> mic_algorithms;  ///< those that we know, the preferred ones first
  bool mic_algorithm_required = false;
  std::vector<std::string> unknown;  ///< protocols and digests we do not know, for the log
  bool unknown_protocol = false;  ///< a protocol for signatures other than pkcs7-signature was named, and only such
  /// Where the receipt goes in a connection of its own; nothing: in the response. Only its form has been checked.
  std::optional<std::string> delivery_url;
  /// The delivery address that cannot be used; the receipt then goes into the response.
  std::optional<Error> delivery_fault;

  /// as2.unsupported-receipt, as2.unsupported-mic-algorithm: the partner demands what there is not (RFC 4130 7.5.5).
  Result<> check() const;
};

/// Nothing when there is no Disposition-Notification-To: then nobody wants a receipt.
std::optional<ReceiptRequest> read_receipt_request(const mime::Headers& headers);

/// http or https, printable ASCII, no blanks, with a host, without user and password; up to 2,000 characters.
/// Fails with as2.bad-delivery-url.
Result<std::string> parse_delivery_url(std::string_view field);

/// The name that micalg has in this spelling.
std::string mic_algorithm_name(crypto::DigestAlgorithm digest, MicSpelling spelling);

/// Adds the three fields, unfolded. Fails with mime.bad-header-value or as2.bad-delivery-url.
Result<> write_receipt_request(const ReceiptRequest& request, mime::Headers& headers);

}  // namespace sealgate::as2
