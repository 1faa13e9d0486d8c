#pragma once
// Which names a receive location takes.

#include <string>
#include <string_view>
#include <vector>

namespace sealgate::adapters {

/// "*" any characters, "?" exactly one byte; case-sensitive.
bool matches_mask(std::string_view name, std::string_view mask);

/// Names that no location takes: hidden, temporary, our own.
bool is_reserved_name(std::string_view name);

struct NameFilter {
  std::vector<std::string> masks{"*.xml"};  ///< "*" and "?"; a name that fits any of them
  std::vector<std::string> exclude = {};    ///< and none of these
  bool ignore_case = false;                 ///< of ASCII letters
  /// Ending of the names of markers, which are no messages; empty: there are none.
  std::string marker = {};

  bool fits(std::string_view name) const;
};

}  // namespace sealgate::adapters
