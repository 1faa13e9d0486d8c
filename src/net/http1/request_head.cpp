#include "net/http1/request_head.h"

#include <array>
#include <limits>

#include "base/text.h"

namespace sealgate::net::http1 {

namespace {

tl::unexpected<Refusal> refuse(int status, std::string_view reason) {
  return tl::unexpected<Refusal>(Refusal{status, reason});
}

/// Takes the next line without its CRLF. The scanner has proved that every LF follows a CR.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find("\r\n");
  const std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 2);
  return line;
}

/// Fields that frame the message or decide where it goes: nobody folds them honestly.
bool may_not_be_folded(std::string_view name) {
  static constexpr std::array<std::string_view, 8> kNames{"Content-Length", "Transfer-Encoding", "Host", "Connection",
                                                          "Expect",         "Upgrade",           "TE",   "Trailer"};
  for (const std::string_view known : kNames) {
    if (iequals(known, name)) return true;
  }
  return false;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Parsed<void> parse_target(std::string_view target, RequestHead& head) {
  for (const char c : target) {
    if (c <= 0x20 || c >= 0x7F)
      return refuse(400, "the request target holds a character that must be percent-encoded");
  }
  // RFC 9112, 3.2.2: a server accepts the absolute form, though only proxies get it.
  if (iequals(target.substr(0, 7), "http://") || iequals(target.substr(0, 8), "https://")) {
    const std::size_t slash = target.find('/', target.find("//") + 2);
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  if (target.empty() || target.front() != '/') return refuse(400, "the request target is not a path");
  head.target = target;
  const std::size_t question = target.find('?');
  if (question != std::string_view::npos) head.query = target.substr(question + 1);
  const std::string_view path = target.substr(0, question);
  head.path.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      head.path.push_back(path[i]);
      continue;
    }
    const int high = i + 1 < path.size() ? hex_digit(path[i + 1]) : -1;
    const int low = i + 2 < path.size() ? hex_digit(path[i + 2]) : -1;
    if (high < 0 || low < 0 || (high == 0 && low == 0))
      return refuse(400, "bad percent-encoding in the request target");
    head.path.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return {};
}

Parsed<void> parse_request_line(std::string_view line, const HeadLimits& limits, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refuse(400, "the request line has not three parts");
  head.method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(head.method) || head.method.size() > 32) return refuse(400, "the method is not a token");
  if (version == "HTTP/1.1") {
    head.minor_version = 1;
  } else if (version == "HTTP/1.0") {
    head.minor_version = 0;
  } else {
    return version.starts_with("HTTP/") ? refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
                                        : refuse(400, "the request line does not end in a version");
  }
  if (target.size() > limits.max_target_bytes) return refuse(414, "the request target is too long");
  return parse_target(target, head);
}

Parsed<HttpHeaders> parse_fields(std::string_view rest, const HeadLimits& limits) {
  std::vector<HttpHeader> fields;
  while (true) {
    const std::string_view line = take_line(rest);
    if (line.empty()) break;
    if (!is_field_value(line)) return refuse(400, "a header holds a control character");
    if (line.front() == ' ' || line.front() == '\t') {
      if (fields.empty()) return refuse(400, "the first header starts with a blank");
      if (may_not_be_folded(fields.back().name)) return refuse(400, "a header that frames the message is folded");
      const std::string_view more = trim(line);
      if (!fields.back().value.empty() && !more.empty()) fields.back().value.push_back(' ');
      fields.back().value.append(more);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      return refuse(400, "a header line has no valid name");
    }
    if (fields.size() == limits.max_headers) return refuse(431, "too many headers");
    fields.push_back({std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1)))});
  }
  HttpHeaders headers;
  for (HttpHeader& field : fields) headers.add(std::move(field.name), std::move(field.value));
  return headers;
}

Parsed<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty()) return refuse(400, "Content-Length is empty");
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  for (const char c : text) {  // leading zeros are seen in the field
    if (c < '0' || c > '9') return refuse(400, "Content-Length is not a number");
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (kMax - digit) / 10) return refuse(413, "Content-Length is beyond any limit");
    value = value * 10 + digit;
  }
  return value;
}

/// RFC 9112, 6.3: exactly one of the two may frame a request.
Parsed<void> decide_framing(RequestHead& head) {
  for (const HttpHeader& field : head.headers) {
    if (iequals(field.name, "Content-Length")) {
      const auto length = parse_length(field.value);
      if (!length) return tl::unexpected<Refusal>(length.error());
      if (head.content_length && *head.content_length != *length) return refuse(400, "two different Content-Length");
      head.content_length = *length;
    } else if (iequals(field.name, "Transfer-Encoding")) {
      if (head.chunked) return refuse(400, "more than one Transfer-Encoding");
      if (!iequals(field.value, "chunked")) return refuse(501, "only the transfer coding chunked is understood");
      head.chunked = true;
    }
  }
  if (head.chunked && head.content_length) return refuse(400, "Transfer-Encoding together with Content-Length");
  if (head.chunked && head.minor_version == 0) return refuse(400, "HTTP/1.0 has no Transfer-Encoding");
  return {};
}

Parsed<void> decide_connection(RequestHead& head) {
  const std::size_t hosts = head.headers.count("Host");
  if (hosts > 1 || (hosts == 0 && head.minor_version == 1)) return refuse(400, "there must be one Host header");
  // RFC 9112, 3.2: what is no host and port may be read as two things by those who pass it on.
  if (hosts == 1 && head.headers.find("Host")->find_first_of(" \t/\\?#@,;\"<>{}|^`") != std::string::npos) {
    return refuse(400, "the Host header is not a host");
  }
  head.keep_alive = head.minor_version == 1 ? !head.headers.has_token("Connection", "close")
                                            : head.headers.has_token("Connection", "keep-alive");
  if (const std::string* expect = head.headers.find("Expect")) {
    if (!iequals(*expect, "100-continue")) return refuse(417, "only the expectation 100-continue is understood");
    head.expects_continue = head.minor_version == 1;
  }
  return {};
}

}  // namespace

Parsed<std::optional<std::size_t>> HeadScanner::scan(ByteView buffer) {
  for (; position_ < buffer.size(); ++position_) {
    if (position_ >= max_bytes_) return refuse(431, "the headers are too large");
    const Byte byte = buffer[position_];
    if (byte == '\n') {
      if (!after_cr_) return refuse(400, "a line ends in LF without CR");
      if (line_length_ == 0 && in_head_) return std::optional<std::size_t>(position_ + 1);
      line_length_ = 0;
      after_cr_ = false;
      continue;
    }
    if (after_cr_) return refuse(400, "CR without LF");
    after_cr_ = byte == '\r';
    if (!after_cr_) {
      ++line_length_;
      in_head_ = true;
    }
  }
  return std::optional<std::size_t>{};
}

Parsed<RequestHead> parse_request_head(ByteView head, const HeadLimits& limits) {
  std::string_view rest = as_text(head);
  while (rest.starts_with("\r\n")) rest.remove_prefix(2);
  RequestHead result;
  const auto line = parse_request_line(take_line(rest), limits, result);
  if (!line) return tl::unexpected<Refusal>(line.error());
  auto fields = parse_fields(rest, limits);
  if (!fields) return tl::unexpected<Refusal>(fields.error());
  result.headers = std::move(*fields);
  const auto framing = decide_framing(result);
  if (!framing) return tl::unexpected<Refusal>(framing.error());
  const auto connection = decide_connection(result);
  if (!connection) return tl::unexpected<Refusal>(connection.error());
  return result;
}

}  // namespace sealgate::net::http1
