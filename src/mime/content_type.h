#pragma once
// Content-Type (RFC 2045 section 5) and Content-Disposition (RFC 2183). Parsing never fails.

#include <optional>
#include <string>
#include <string_view>

#include "mime/parameters.h"

namespace sealgate::mime {

struct ContentType {
  std::string type = "text";      ///< lower case
  std::string subtype = "plain";  ///< lower case
  Parameters parameters;
  /// False when there was no field or no `type/subtype` in it; type and subtype are then text/plain (RFC 2045 5.2).
  bool stated = false;

  std::string media_type() const { return type + "/" + subtype; }
  /// Both in lower case.
  bool is(std::string_view wanted_type, std::string_view wanted_subtype) const {
    return type == wanted_type && subtype == wanted_subtype;
  }
  bool is_multipart() const { return type == "multipart"; }
  std::optional<std::string_view> parameter(std::string_view name) const { return parameters.find(name); }
  /// The multipart boundary; nothing when absent or empty.
  std::optional<std::string> boundary() const;
  /// "type/subtype; name=value", on one line.
  std::string to_string() const;
};

/// Also takes a value that is quoted as a whole, as some senders write it.
ContentType parse_content_type(std::string_view value);

struct ContentDisposition {
  std::string disposition;  ///< lower case: "attachment", "inline"; empty when there was none
  Parameters parameters;
  std::string to_string() const;
};

ContentDisposition parse_content_disposition(std::string_view value);

}  // namespace sealgate::mime
