#include "access/storage.h"

#include <algorithm>
#include <array>

namespace sealgate::access {
namespace {

constexpr std::array<std::string_view, 5> kKinds{"user", "session", "token", "invitation", "attempt"};

}  // namespace

std::string_view to_string(RecordKind kind) {
  return kKinds.at(static_cast<std::size_t>(kind));
}

std::optional<RecordKind> parse_record_kind(std::string_view word) {
  const auto found = std::ranges::find(kKinds, word);
  if (found == kKinds.end()) return std::nullopt;
  return static_cast<RecordKind>(found - kKinds.begin());
}

}  // namespace sealgate::access
