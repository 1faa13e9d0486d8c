#pragma once
// The Disposition field of a receipt (RFC 3798 section 3.2.6, RFC 4130 section 7.4.3 and 7.5):
//
//   automatic-action/MDN-sent-automatically; processed
//   automatic-action/MDN-sent-automatically; processed/error: decryption-failed
//   automatic-action/MDN-sent-automatically; failed/failure: unsupported MIC-algorithms

#include <string>
#include <string_view>

#include "base/error.h"

namespace sealgate::as2 {

struct Disposition {
  enum class Type { Processed, Failed, Other };
  enum class Modifier { None, Warning, Error, Failure };  ///< the later, the worse

  Type type = Type::Processed;
  Modifier modifier = Modifier::None;
  std::string detail = {};  ///< "decryption-failed"; as it came, without control characters
  std::string action_mode = "automatic-action";
  std::string sending_mode = "MDN-sent-automatically";

  /// The message was taken: processed, with nothing worse than a warning.
  bool positive() const { return type == Type::Processed && modifier <= Modifier::Warning; }
  friend bool operator==(const Disposition&, const Disposition&) = default;
};

/// Takes what partners write: no blanks or more, any case, no modes, several modifiers (the worst counts), the old
/// form "error: x". A modifier that nobody knows counts as an error. Fails with as2.bad-disposition when nothing is
/// said.
Result<Disposition> parse_disposition(std::string_view field);

std::string to_string(const Disposition& disposition);

}  // namespace sealgate::as2
