#include "mime/content_type.h"

#include <algorithm>

#include "base/text.h"
#include "mime/tokens.h"

namespace sealgate::mime {
namespace {

std::string_view read_token(std::string_view text, std::size_t& at) {
  const std::size_t start = at;
  while (at < text.size() && is_token_char(text[at])) ++at;
  return text.substr(start, at - start);
}

}  // namespace

std::optional<std::string> ContentType::boundary() const {
  const auto found = parameters.find("boundary");
  if (!found) return std::nullopt;
  // RFC 2046 5.1.1: a boundary does not end with a blank; one that does cannot be told from transport padding.
  std::string_view text = *found;
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

std::string ContentType::to_string() const {
  return media_type() + format_parameters(parameters);
}

ContentType parse_content_type(std::string_view value) {
  ContentType result;
  std::size_t at = skip_cfws(value, 0);
  std::string unquoted;
  if (at < value.size() && value[at] == '"') {
    unquoted = read_quoted(value, at);
    value = unquoted;
    at = skip_cfws(value, 0);
  }
  const std::string_view type = read_token(value, at);
  std::size_t next = skip_cfws(value, at);
  if (!type.empty() && next < value.size() && value[next] == '/') {
    next = skip_cfws(value, next + 1);
    const std::string_view subtype = read_token(value, next);
    if (!subtype.empty()) {
      result.type = ascii_lower(type);
      result.subtype = ascii_lower(subtype);
      result.stated = true;
    }
  }
  result.parameters = parse_parameters(value.substr(std::min(next, value.size())));
  return result;
}

std::string ContentDisposition::to_string() const {
  return disposition + format_parameters(parameters);
}

ContentDisposition parse_content_disposition(std::string_view value) {
  ContentDisposition result;
  std::size_t at = skip_cfws(value, 0);
  const std::size_t start = at;
  std::string_view word = read_token(value, at);
  const std::size_t next = skip_cfws(value, at);
  if (next < value.size() && value[next] == '=') {  // "filename=x" without a disposition before it
    word = {};
    at = start;
  }
  result.disposition = ascii_lower(word);
  result.parameters = parse_parameters(value.substr(at));
  return result;
}

}  // namespace sealgate::mime
