#pragma once
// Makes a receipt (RFC 4130 section 7.4): multipart/report with a part for people and one for machines, signed when
// it was asked for. Small, whatever the message was.

#include <optional>
#include <string>

#include "as2/mdn.h"
#include "as2/message_headers.h"
#include "smime/encoder.h"

namespace sealgate::as2 {

struct MdnOptions {
  /// Of the receipt itself: from us to the partner; message_id is a new one. `receipt`, `date`, `file_name` and
  /// `fault` do not matter.
  MessageHeaders headers;
  std::string reporting_ua;         ///< of our program; one line
  std::string original_message_id;  ///< letter by letter as it came
  Name recipient;                   ///< AS2-To of the message
  Disposition disposition;
  std::optional<Mic> mic;  ///< written with positive dispositions only: else it would tell about what failed
  std::string text;        ///< for people, UTF-8; nothing of it gets into a header
  std::optional<smime::SignOptions> sign;  ///< nothing: not signed
  smime::WeakPolicy weak;
  Time time{};  ///< Date, and signing time
};

/// What goes into an HTTP response or request. The header fields are unfolded, each on one line; Date is among them,
/// which in a response is the server's own.
struct BuiltMdn {
  mime::Headers headers;
  Bytes body;
};

/// Fails with as2.bad-value, as2.bad-message-id, mime.bad-header-value, and with what forbids to sign.
Result<BuiltMdn> build_mdn(const MdnOptions& options);

}  // namespace sealgate::as2
