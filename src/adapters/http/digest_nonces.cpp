#include "adapters/http/digest_nonces.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "crypto/constant_time.h"
#include "crypto/digest.h"
#include "crypto/random.h"

namespace sealgate::adapters::http {
namespace {

constexpr std::size_t kTime = 16;    // hexadecimal milliseconds
constexpr std::size_t kRandom = 16;  // hexadecimal
constexpr std::size_t kTag = 32;
constexpr std::uint32_t kWindow = 64;

std::string random_digits() {
  const auto bytes = crypto::random_bytes(kRandom / 2);
  if (!bytes) std::abort();  // no randomness: nothing here would prove anything
  return to_hex(*bytes);
}

}  // namespace

DigestNonces::DigestNonces() : begin_(Clock::now()) {
  auto key = crypto::random_secret(32);
  if (!key) std::abort();
  key_ = std::move(*key);
}

std::string DigestNonces::tag(const std::string& stamp) const {
  const auto mac = crypto::hmac(crypto::DigestAlgorithm::Sha256, key_.view(), as_bytes(stamp));
  return mac ? to_hex(mac->view()).substr(0, kTag) : std::string();
}

std::string DigestNonces::make(Clock::time_point now) {
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - begin_).count();
  char digits[kTime + 1];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(age));
  const std::string stamp = digits + random_digits();
  return stamp + tag(stamp);
}

DigestNonces::Use DigestNonces::use(const std::string& nonce, std::uint32_t count, Clock::time_point now) {
  if (nonce.size() != kTime + kRandom + kTag) return Use::Foreign;
  const std::string stamp = nonce.substr(0, kTime + kRandom);
  const std::string good = tag(stamp);
  if (good.empty() || !crypto::constant_time_equal(as_bytes(good), as_bytes(nonce).subspan(stamp.size()))) {
    return Use::Foreign;
  }
  std::uint64_t made = 0;
  std::from_chars(stamp.data(), stamp.data() + kTime, made, 16);
  if (now - begin_ - std::chrono::milliseconds(made) > kLife) return Use::Stale;

  const std::lock_guard lock(mutex_);
  if (stamp <= forgotten_ && !used_.contains(stamp)) return Use::Stale;
  if (!used_.contains(stamp) && used_.size() >= kMaximumUsed) {
    if (stamp < used_.begin()->first) return Use::Stale;
    forgotten_ = used_.begin()->first;
    used_.erase(used_.begin());
  }
  Used& used = used_[stamp];
  if (count > used.highest) {
    const std::uint32_t ahead = count - used.highest;
    used.window = ahead >= kWindow ? 0 : used.window << ahead;
    used.window |= 1;
    used.highest = count;
    return Use::Fresh;
  }
  // Requests that were sent side by side may overtake each other a little.
  const std::uint32_t behind = used.highest - count;
  if (count == 0 || behind >= kWindow || (used.window >> behind & 1) != 0) return Use::Stale;
  used.window |= std::uint64_t{1} << behind;
  return Use::Fresh;
}

}  // namespace sealgate::adapters::http
