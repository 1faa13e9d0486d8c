#pragma once
// The AS2 headers of a request, message or receipt (RFC 4130 section 6): read with tolerance, written unfolded.

#include <optional>
#include <string>
#include <string_view>

#include "as2/features.h"
#include "as2/names.h"
#include "as2/receipt_request.h"
#include "base/error.h"
#include "mime/headers.h"

namespace sealgate::as2 {

struct MessageHeaders {
  Name from;
  Name to;
  std::string message_id;  ///< as it came; see message_id.h
  /// "1.0" when it is not stated. 1.1 knows compression, 1.2 EDIINT-Features, 1.3 (the draft that revises RFC 4130)
  /// AS2-Product, and a repeated Message-ID is answered with the earlier receipt.
  std::string version = "1.0";
  std::string product;  ///< AS2-Product, "name:version"
  std::string subject;  ///< UTF-8
  std::string date;     ///< as it came: partners write it in many ways, and it decides nothing
  Features features;
  std::optional<ReceiptRequest> receipt;  ///< nothing: no receipt is wanted
  std::string file_name;                  ///< of the HTTP header alone; see file_name.h
  /// The first thing that is wrong. The other members hold what could be read, so that an answer can be written.
  std::optional<Error> fault;

  /// Both names and the Message-ID are known: a receipt can be addressed.
  bool answerable() const { return !from.text.empty() && !to.text.empty() && !message_id.empty(); }
};

/// Header lines of HTTP as one text, with or without the empty line at the end, as the context of a message keeps
/// them (HTTP.InboundHttpHeaders). Folded lines are joined. Fails with mime.header-too-large,
/// mime.too-many-header-fields.
Result<mime::Headers> parse_http_headers(std::string_view lines);

/// True when the request says that it is AS2: it has AS2-From, AS2-To or AS2-Version.
bool is_as2(const mime::Headers& headers);

/// Never fails as a whole: see MessageHeaders::fault (as2.missing-header, as2.repeated-header, as2.bad-name,
/// as2.sender-equals-receiver, as2.bad-message-id, as2.bad-version). A field that comes twice with the same value
/// counts once.
MessageHeaders read_message_headers(const mime::Headers& headers);

/// AS2-From, AS2-To, AS2-Version, Message-ID, Subject, Date, AS2-Product, EDIINT-Features and what asks for a
/// receipt. `date` must be ready to be written (to_http_date()). Nothing a value holds can become another field:
/// mime.bad-header-value, as2.bad-value, as2.bad-message-id.
Result<mime::Headers> write_message_headers(const MessageHeaders& message);

}  // namespace sealgate::as2
