#include "as2/message_headers.h"

#include <algorithm>
#include <array>

#include "as2/errors.h"
#include "as2/file_name.h"
#include "as2/message_id.h"
#include "base/text.h"
#include "mime/charset.h"
#include "mime/encoded_words.h"
#include "mime/header_parser.h"
#include "mime/tokens.h"

namespace sealgate::as2 {
namespace {

constexpr std::size_t kMaxSubject = 998;

// The one value of a field that must not be there in two meanings.
Result<std::string_view> only_value(const mime::Headers& headers, std::string_view name) {
  const auto fields = headers.find_all(name);
  if (fields.empty()) {
    return fail(kMissingHeader, "the request has no " + std::string(name), {},
                "ask the partner to send it, or send messages that are not AS2 to another location");
  }
  for (const mime::HeaderField* field : fields) {
    if (field->value != fields.front()->value) {
      return fail(kRepeatedHeader, "the request has several " + std::string(name) + " that differ", {},
                  "ask the partner to send one");
    }
  }
  return fields.front()->value;
}

// The same, read by `parse`; what is wrong becomes the fault, unless there is one already.
template <typename T, typename Parse>
void take(const mime::Headers& headers, std::string_view name, Parse parse, T& target, std::optional<Error>& fault) {
  auto value = only_value(headers, name).and_then(parse);
  if (value) {
    target = std::move(*value);
  } else if (!fault) {
    fault = std::move(value.error()).at(name);
  }
}

Result<std::string> parse_version(std::string_view field) {
  const std::string_view version = trim(field);
  const bool digits = version.size() >= 3 && version.size() <= 16 && version.starts_with("1.") &&
                      version.find_first_not_of("0123456789", 2) == std::string_view::npos;
  if (digits) return std::string(version);
  return fail(kBadVersion, "the version of AS2 is none that there is", {}, "ask the partner to send 1.0 to 1.3");
}

// Text of any charset, without what could move a cursor or start a line.
std::string shown(std::string_view text) {
  std::string clean = mime::decode_words(text.substr(0, kMaxSubject));
  std::erase_if(clean, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return mime::is_utf8(clean) ? clean : mime::to_utf8("windows-1252", clean).value_or("");
}

Result<> add_if_any(mime::Headers& headers, std::string_view name, const std::string& value) {
  if (value.empty()) return {};
  if (!std::ranges::all_of(value, mime::is_printable_ascii)) {
    return fail(kBadValue, "a header field has characters that are not printable ASCII", std::string(name),
                "choose another value");
  }
  return headers.add(name, value);
}

}  // namespace

Result<mime::Headers> parse_http_headers(std::string_view lines) {
  mime::HeaderParserOptions options;
  options.accept_mbox_line = false;
  options.headerless_is_body = false;
  mime::HeaderParser parser(mime::Limits{}, options);
  SG_TRY(parser.feed(as_bytes(lines)));
  if (!parser.done()) SG_TRY(parser.finish());
  return parser.take().headers;
}

bool is_as2(const mime::Headers& headers) {
  constexpr std::array kFields = {"AS2-From", "AS2-To", "AS2-Version"};
  return std::ranges::any_of(kFields, [&](const char* name) { return headers.find(name) != nullptr; });
}

MessageHeaders read_message_headers(const mime::Headers& headers) {
  MessageHeaders message;
  take(headers, "AS2-From", parse_name, message.from, message.fault);
  take(headers, "AS2-To", parse_name, message.to, message.fault);
  take(headers, "Message-ID", parse_message_id, message.message_id, message.fault);
  if (headers.find("AS2-Version") != nullptr) {
    take(headers, "AS2-Version", parse_version, message.version, message.fault);
  }
  if (!message.fault && message.from == message.to) {
    message.fault =
        Error{kSenderIsReceiver, "AS2-From and AS2-To are the same", {}, "ask the partner for its own name"};
  }
  message.product = shown(headers.value("AS2-Product").value_or(""));
  message.subject = shown(headers.value("Subject").value_or(""));
  message.date = shown(headers.value("Date").value_or(""));
  message.features = parse_features(headers.value("EDIINT-Features").value_or(""));
  message.receipt = read_receipt_request(headers);
  message.file_name = preserved_file_name(headers);
  return message;
}

Result<mime::Headers> write_message_headers(const MessageHeaders& message) {
  mime::Headers headers;
  SG_TRY_ASSIGN(const std::string from, format_name(message.from));
  SG_TRY_ASSIGN(const std::string to, format_name(message.to));
  SG_TRY_ASSIGN(const std::string message_id, parse_message_id(message.message_id));
  SG_TRY(headers.add("AS2-Version", message.version));
  SG_TRY(headers.add("AS2-From", from));
  SG_TRY(headers.add("AS2-To", to));
  SG_TRY(headers.add("Message-ID", message_id));
  SG_TRY(add_if_any(headers, "Subject", mime::encode_words(message.subject)));
  SG_TRY(add_if_any(headers, "Date", message.date));
  SG_TRY(add_if_any(headers, "AS2-Product", message.product));
  SG_TRY(add_if_any(headers, "EDIINT-Features", message.features.to_string()));
  if (message.receipt) SG_TRY(write_receipt_request(*message.receipt, headers));
  return headers;
}

}  // namespace sealgate::as2
