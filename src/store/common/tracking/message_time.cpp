#include "store/common/tracking/message_time.h"

#include <charconv>

namespace sealgate::store::tracking {

using messaging::MessageId;

std::optional<Time> time_of(const MessageId& id) {
  std::string digits = id.text().substr(0, 13);
  if (digits.size() != 13 || id.text().size() != 36 || id.text()[14] != '7') return std::nullopt;
  digits.erase(8, 1);
  std::int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), milliseconds, 16);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return Time(std::chrono::milliseconds(milliseconds));
}

}  // namespace sealgate::store::tracking
