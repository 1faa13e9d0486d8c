#pragma once
// Values of labels in Prometheus' format.

#include <string>
#include <string_view>

namespace sealgate::hosts {

/// As it may stand between quotes.
inline std::string metric_label(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c == '\n' ? ' ' : c;
  }
  return escaped;
}

}  // namespace sealgate::hosts
