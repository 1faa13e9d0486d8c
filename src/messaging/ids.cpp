#include "messaging/ids.h"

#include <sys/random.h>

#include <array>

#include "base/bytes.h"
#include "base/text.h"
#include "messaging/errors.h"

namespace sealgate::messaging {

Result<std::string> make_uuid_v7(Time now) {
  std::array<Byte, 16> octets{};
  // getrandom() gives up to 256 bytes whole once the system's generator is seeded.
  if (::getrandom(octets.data(), octets.size(), 0) != static_cast<ssize_t>(octets.size())) {
    return fail(kNoRandom, "the system gives no random numbers", "getrandom", "check the kernel's random device");
  }
  const auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
  for (unsigned i = 0; i < 6; ++i) octets[i] = static_cast<Byte>(milliseconds >> (40 - 8 * i));
  octets[6] = static_cast<Byte>(0x70 | (octets[6] & 0x0f));  // version, RFC 9562 section 5.7
  octets[8] = static_cast<Byte>(0x80 | (octets[8] & 0x3f));  // variant, section 4.1
  std::string text = to_hex(octets);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

Result<MessageId> make_message_id(Time now) {
  SG_TRY_ASSIGN(std::string text, make_uuid_v7(now));
  return MessageId(std::move(text));
}

Result<WorkId> make_work_id(Time now) {
  SG_TRY_ASSIGN(std::string text, make_uuid_v7(now));
  return WorkId(std::move(text));
}

Result<std::string> parse_uuid(std::string_view text) {
  const std::string lower = ascii_lower(trim(text));
  bool good = lower.size() == 36;
  for (std::size_t i = 0; good && i < lower.size(); ++i) {
    const char c = lower[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    good = dash ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }
  if (!good) {
    return fail(kBadId, "this is not an id", {}, "an id looks like 0190163d-8694-739b-aea5-966c26f8ad91");
  }
  return lower;
}

}  // namespace sealgate::messaging
