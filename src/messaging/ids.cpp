#include "messaging/ids.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "base/bytes.h"
#include "base/text.h"
#include "messaging/errors.h"
#include "messaging/uuid.h"

namespace sealgate::messaging {

namespace {

/// Milliseconds and, below them, a counter of 12 bits: ids that this process makes within one millisecond sort in the
/// order they were made (RFC 9562 section 6.2, method 1), so that listings show messages as they came. A counter that
/// runs over, or a clock that steps back by less than a second, keeps counting from the last id.
std::uint64_t next_tick(std::uint64_t milliseconds) {
  static std::atomic<std::uint64_t> last{0};
  std::uint64_t previous = last.load();
  for (;;) {
    const std::uint64_t last_milliseconds = previous >> 12U;
    const bool close = last_milliseconds >= milliseconds && last_milliseconds < milliseconds + 1000;
    const std::uint64_t next = close ? previous + 1 : milliseconds << 12U;
    if (last.compare_exchange_weak(previous, next)) return next;
  }
}

/// From a stock of this thread: one call of the system for sixteen ids. What was given out is wiped.
bool take_random(std::array<Byte, 16>& octets) {
  thread_local std::array<Byte, 256> stock;
  thread_local std::size_t left = 0;
  if (left == 0) {
    // getrandom() gives up to 256 bytes whole once the system's generator is seeded.
    if (::getrandom(stock.data(), stock.size(), 0) != static_cast<ssize_t>(stock.size())) return false;
    left = stock.size();
  }
  left -= octets.size();
  std::copy_n(stock.begin() + static_cast<std::ptrdiff_t>(left), octets.size(), octets.begin());
  std::fill_n(stock.begin() + static_cast<std::ptrdiff_t>(left), octets.size(), Byte{0});
  return true;
}

}  // namespace

Result<std::string> make_uuid_v7(Time now) {
  std::array<Byte, 16> octets{};
  if (!take_random(octets)) {
    return fail(kNoRandom, "the system gives no random numbers", "getrandom", "check the kernel's random device");
  }
  const std::uint64_t tick = next_tick(static_cast<std::uint64_t>(now.time_since_epoch().count()));
  for (unsigned i = 0; i < 6; ++i) octets[i] = static_cast<Byte>(tick >> (52 - 8 * i));
  octets[6] = static_cast<Byte>(0x70 | (tick >> 8U & 0x0f));  // version, RFC 9562 section 5.7
  octets[7] = static_cast<Byte>(tick);
  octets[8] = static_cast<Byte>(0x80 | (octets[8] & 0x3f));  // variant, section 4.1
  return uuid_text(octets);
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
  std::string lower = ascii_lower(trim(text));
  if (!uuid_octets(lower)) {
    return fail(kBadId, "this is not an id", {}, "an id looks like 0190163d-8694-739b-aea5-966c26f8ad91");
  }
  return lower;
}

}  // namespace sealgate::messaging
