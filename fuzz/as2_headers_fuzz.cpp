// Whatever a partner writes into headers: it is read without harm, what was read can be written again and means the
// same then, and nothing of it becomes another header field, a folder or a line.

#include <algorithm>
#include <cstdlib>

#include "as2/disposition.h"
#include "as2/file_name.h"
#include "as2/message_headers.h"
#include "as2/message_id.h"
#include "as2/mic.h"
#include "as2/sent_mics.h"
#include "mime/charset.h"
#include "mime/header_parser.h"

namespace {

using namespace sealgate;
using namespace sealgate::as2;

mime::Headers parse(std::string_view text) {
  mime::Limits limits;
  limits.max_header_bytes = std::size_t{64} * 1024;
  mime::HeaderParser parser(limits);
  if (!parser.feed(as_bytes(text)) || (!parser.done() && !parser.finish())) return {};
  return parser.block().headers;
}

void require(bool holds) {
  if (!holds) std::abort();
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

void check_name(std::string_view field) {
  const auto name = parse_name(field);
  if (!name) return;
  const auto written = format_name(*name);
  require(written && !has_control(*written));
  const auto again = parse_name(*written);
  // A name that would begin or end with a blank keeps it only in quotes, which it then has.
  require(again && *again == *name);
}

void check_message(const mime::Headers& headers) {
  const MessageHeaders message = read_message_headers(headers);
  require(!has_control(message.subject) && !has_control(message.date) && !has_control(message.product));
  require(!has_control(message.file_name) && message.file_name.find_first_of("/\\:") == std::string::npos);
  require(!message.file_name.starts_with('.') && mime::is_utf8(message.file_name));
  if (message.receipt) static_cast<void>(message.receipt->check());
  if (message.fault) return;
  MessageHeaders clean = message;
  clean.date.clear();
  clean.product.clear();
  if (clean.receipt && has_control(clean.receipt->notify_to)) clean.receipt->notify_to = "x";
  const auto written = write_message_headers(clean);
  if (!written) return;
  const mime::Headers parsed = parse(written->serialise() + "\r\n");
  require(parsed.fields().size() == written->fields().size());
  const MessageHeaders again = read_message_headers(parsed);
  require(!again.fault && again.from == message.from && again.to == message.to);
  require(again.message_id == message.message_id && again.version == message.version);
  require(again.receipt.has_value() == message.receipt.has_value());
  if (again.receipt) require(again.receipt->delivery_url == message.receipt->delivery_url);
}

void check_values(std::string_view text) {
  check_name(text);
  if (const auto id = parse_message_id(text)) require(same_message_id(*id, text) && !has_control(*id));
  if (const auto url = parse_delivery_url(text))
    require(url->find_first_of(" @\r\n\\") == std::string::npos || url->find('@') > url->find("://") + 3);
  if (const auto disposition = parse_disposition(text)) {
    require(!has_control(disposition->detail));
    if (disposition->type == Disposition::Type::Other) return;
    const auto again = parse_disposition(to_string(*disposition));
    require(again && again->positive() == disposition->positive());
  }
  if (const auto mic = parse_mic(text)) {
    const auto again = parse_mic(format_mic(*mic));
    require(again && again->value == mic->value && again->algorithm == mic->algorithm);
  }
  if (const auto mics = SentMics::parse(text)) require(SentMics::parse(mics->to_text()).has_value());
  const std::string name = safe_file_name(text);
  require(safe_file_name(name) == name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = as_text(ByteView(bytes, size));
  const mime::Headers headers = parse(text);
  check_message(headers);
  check_values(text);
  for (const auto& field : headers.fields()) check_values(field.value);
  return 0;
}
