#include "net/http_headers.h"

#include "base/text.h"
#include "net/errors.h"

namespace sealgate::net {

namespace {

bool is_token_character(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

const std::string* HttpHeaders::find(std::string_view name) const {
  for (const HttpHeader& field : fields_) {
    if (iequals(field.name, name)) return &field.value;
  }
  return nullptr;
}

std::size_t HttpHeaders::count(std::string_view name) const {
  std::size_t found = 0;
  for (const HttpHeader& field : fields_) {
    if (iequals(field.name, name)) ++found;
  }
  return found;
}

bool HttpHeaders::has_token(std::string_view name, std::string_view token) const {
  for (const HttpHeader& field : fields_) {
    if (!iequals(field.name, name)) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      if (iequals(trim(rest.substr(0, comma)), token)) return true;
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
  }
  return false;
}

bool is_token(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (!is_token_character(c)) return false;
  }
  return true;
}

bool is_field_value(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7F) return false;
  }
  return true;
}

Result<> check_header(std::string_view name, std::string_view value) {
  if (!is_token(name)) {
    return fail(kBadHeader, "a header name holds a character that no header name may have", {},
                "use letters, digits and hyphens only");
  }
  if (!is_field_value(value)) {
    return fail(kBadHeader, "a header value holds a line end or another control character",
                "header " + std::string(name), "remove the control characters; headers are never folded");
  }
  return {};
}

std::string media_type(std::string_view content_type) {
  return ascii_lower(trim(content_type.substr(0, content_type.find(';'))));
}

}  // namespace sealgate::net
