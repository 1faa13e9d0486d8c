#pragma once
// Reads the values of header fields that are lists of name=value (RFC 9110, 5.6): tokens and quoted strings.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sealgate::adapters::http {

class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : text_(text) { skip_blanks(); }

  bool at_end() const { return text_.empty(); }
  /// The next character, with the blanks after it, when it is `c`.
  bool take(char c);
  /// name = value, where the value is a token or a quoted string, with the blanks after it; nullopt for anything
  /// else.
  std::optional<std::pair<std::string, std::string>> pair();

 private:
  void skip_blanks();
  std::optional<std::string> token();
  std::optional<std::string> quoted();
  std::string_view text_;
};

}  // namespace sealgate::adapters::http
