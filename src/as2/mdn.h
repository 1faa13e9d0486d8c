#pragma once
// Message disposition notifications: what a receipt says (RFC 4130 section 7.4.3, RFC 3798 section 3). mdn_reader.h
// takes one out of an HTTP message, mdn_writer.h makes one, mdn_judge.h tells what it means for a message of ours.

#include <optional>
#include <string>
#include <string_view>

#include "as2/disposition.h"
#include "as2/mic.h"
#include "base/error.h"
#include "mime/headers.h"

namespace sealgate::as2 {

/// The fields of message/disposition-notification as they came; empty: not there.
struct Mdn {
  std::string reporting_ua;
  std::string original_recipient;   ///< "rfc822; NAME", or NAME alone
  std::string final_recipient;      ///< the same
  std::string original_message_id;  ///< of the message it is about; compare with same_message_id()
  std::string disposition_text;
  Disposition disposition;
  std::string mic_text;
  std::optional<Mic> mic;          ///< nothing when there is no Received-Content-MIC or it cannot be read
  std::optional<Error> mic_fault;  ///< why it cannot be read
  std::string explanation;         ///< of the fields Failure, Error and Warning
  std::string text;                ///< the part for people, UTF-8, up to 64 KiB; the partner's words
};

/// From the content of the part, or from a header that holds its fields. Fails with as2.not-a-receipt without
/// Disposition, and with as2.bad-disposition.
Result<Mdn> read_notification(const mime::Headers& fields);
Result<Mdn> parse_notification(std::string_view content);

/// NAME of "rfc822; NAME", without quotes.
std::string recipient_name(std::string_view recipient);

}  // namespace sealgate::as2
