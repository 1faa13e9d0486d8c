#pragma once
// Header fields of an HTTP message in the order they came, and the grammar that keeps one field one field.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sealgate::net {

struct HttpHeader {
  std::string name;   ///< as written; compared without regard to case
  std::string value;  ///< without surrounding blanks, unfolded
};

class HttpHeaders {
 public:
  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<HttpHeader> fields) : fields_(fields) {}

  void add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }
  /// The first field of that name; "not found" is nullptr, which an empty value is not.
  const std::string* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  std::size_t count(std::string_view name) const;
  /// True when a comma-separated list in any field of that name holds `token` (RFC 9110, 5.6.1).
  bool has_token(std::string_view name, std::string_view token) const;

  const std::vector<HttpHeader>& fields() const { return fields_; }
  bool empty() const { return fields_.empty(); }
  std::size_t size() const { return fields_.size(); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<HttpHeader> fields_;
};

/// RFC 9110, 5.6.2: the characters of methods and field names.
bool is_token(std::string_view text);
/// RFC 9110, 5.5: no CR, LF, NUL or other control character but the tab.
bool is_field_value(std::string_view text);
/// net.bad-header for a field that would break out of its line or is no token.
Result<> check_header(std::string_view name, std::string_view value);

/// The media type of a Content-Type value in lower case, without parameters; empty for an empty value.
std::string media_type(std::string_view content_type);

}  // namespace sealgate::net
