#pragma once
// Parameters of structured header fields: `; name=value; name*0*=utf-8''a%20b; name*1=c` (RFC 2045 5.1, RFC 2231).
// Parsing never fails: what cannot be understood is skipped. Accepts tabs and comments between tokens, quoted strings
// with escapes, doubled quotes (name=""x""), unquoted values with characters that need quotes (boundary=----=_x),
// missing blanks and a trailing semicolon.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealgate::mime {

struct Parameter {
  std::string name;   ///< lower case, without the RFC 2231 asterisks
  std::string value;  ///< unquoted; UTF-8 where RFC 2231 named a charset, else the bytes as they came
};

class Parameters {
 public:
  /// The first with this name (any case); nothing when absent.
  std::optional<std::string_view> find(std::string_view name) const;
  /// How many have this name; more than one is malformed and worth a warning.
  std::size_t count(std::string_view name) const;
  /// Replaces the first of that name (and drops others), or adds at the end.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  const std::vector<Parameter>& all() const { return all_; }
  bool empty() const { return all_.empty(); }

 private:
  friend Parameters parse_parameters(std::string_view);
  std::vector<Parameter> all_;
};

/// `text` is what follows the first token of the field, with or without its leading semicolon.
Parameters parse_parameters(std::string_view text);

/// `; name=value` for each; quotes where RFC 2045 asks for it, RFC 2231 percent form for anything but printable
/// ASCII. Never folds.
std::string format_parameters(const Parameters& parameters);

}  // namespace sealgate::mime
