#include "access/attempts.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "access/errors.h"
#include "access/secrets.h"
#include "base/network.h"

namespace sealgate::access {
namespace {

/// Of so many at the same time, in each round one gets through.
constexpr int kRounds = 100;

Result<RecordKey> name_key(const std::string& name) {
  SG_TRY_ASSIGN(std::string id, stored_id("name " + name));
  return RecordKey{RecordKind::Attempt, std::move(id)};
}

Result<RecordKey> network_key(const std::string& address) {
  SG_TRY_ASSIGN(std::string id, stored_id("network " + network_of(address)));
  return RecordKey{RecordKind::Attempt, std::move(id)};
}

std::chrono::milliseconds pause_after(std::int64_t failures, const AttemptLimits& limits) {
  if (failures <= limits.free) return std::chrono::milliseconds(0);
  const std::int64_t doublings = std::min<std::int64_t>(failures - limits.free - 1, 20);
  return std::min<std::chrono::milliseconds>(limits.first * (std::int64_t{1} << doublings), limits.longest);
}

}  // namespace

std::string network_of(const std::string& address) {
  const std::string normal = normal_address(address).value_or(address);
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, normal.c_str(), bytes.data()) != 1) return normal;
  return to_hex(ByteView(bytes).first(8));
}

struct Attempts::Counted {
  RecordKey key;
  const AttemptLimits& limits;
  std::optional<std::string> content;  ///< as it is stored
  std::int64_t failures = 0;
  Time last = {};

  /// From `now` on; what was counted a clock's turning back ago is as if it were now.
  std::chrono::milliseconds wait(Time now) const {
    const auto pause = pause_after(failures, limits);
    return std::clamp(last + pause - now, std::chrono::milliseconds(0), pause);
  }
  Record with(std::int64_t count, Time now) const {
    return {
        key, {}, now + limits.forget, std::to_string(count) + ' ' + std::to_string(now.time_since_epoch().count())};
  }
  Change::Expected expected() const { return {key, content}; }
};

Result<Attempts::Counted> Attempts::find(const RecordKey& key, const AttemptLimits& limits) {
  Counted counted{key, limits, {}, 0, {}};
  SG_TRY_ASSIGN(const auto record, storage_.find(key));
  if (!record) return counted;
  counted.content = record->content;
  if (record->until && *record->until <= clock_.now()) return counted;
  std::int64_t last = 0;
  const char* const end = record->content.data() + record->content.size();
  const auto [behind, problem] = std::from_chars(record->content.data(), end, counted.failures);
  if (problem == std::errc() && behind != end) std::from_chars(behind + 1, end, last);
  counted.last = Time(std::chrono::milliseconds(last));
  return counted;
}

void Attempts::one_less(const Counted& counted, Change& change) {
  if (!counted.content) return;
  change.expected.push_back(counted.expected());
  if (counted.failures <= 1) {
    change.remove.push_back(counted.key);
  } else {
    change.put.push_back(counted.with(counted.failures - 1, counted.last));
  }
}

Result<> Attempts::begin(const std::string& name, const std::string& address) {
  SG_TRY_ASSIGN(const RecordKey by_name, name_key(name));
  SG_TRY_ASSIGN(const RecordKey by_network, network_key(address));
  for (int round = 0; round < kRounds; ++round) {
    SG_TRY_ASSIGN(const Counted named, find(by_name, kNameLimits));
    SG_TRY_ASSIGN(const Counted networked, find(by_network, kNetworkLimits));
    const Time now = clock_.now();
    const auto wait = std::max(named.wait(now), networked.wait(now));
    if (wait > std::chrono::milliseconds(0)) {
      return fail(kTooManyAttempts, "too many attempts to sign in failed", "",
                  "wait " + std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()) + " s");
    }
    if (!named.content || !networked.content) {
      SG_TRY_ASSIGN(const std::uint64_t known, storage_.count(RecordKind::Attempt, {}));
      if (known >= kMaxAttempts) {
        SG_TRY(storage_.purge(now));
        return fail(kTooManyAttempts, "too many attempts to sign in failed, under many names or from many addresses",
                    "", "wait, or sign in from an address from which it was tried before");
      }
    }
    Change change;
    change.expected = {named.expected(), networked.expected()};
    change.put = {named.with(named.failures + 1, now), networked.with(networked.failures + 1, now)};
    SG_TRY_ASSIGN(const bool counted, storage_.change(change));
    if (counted) return {};
  }
  return fail(kTooBusy, "too many sign-ins by this name or from this address at the same time", "", "try again");
}

Result<> Attempts::forgive(const std::string& name, const std::string& address, Change& change) {
  SG_TRY_ASSIGN(RecordKey by_name, name_key(name));
  SG_TRY_ASSIGN(const RecordKey by_network, network_key(address));
  SG_TRY_ASSIGN(const Counted networked, find(by_network, kNetworkLimits));
  change.remove.push_back(std::move(by_name));
  one_less(networked, change);
  return {};
}

Result<> Attempts::take_back(const std::string& name, const std::string& address) {
  SG_TRY_ASSIGN(const RecordKey by_name, name_key(name));
  SG_TRY_ASSIGN(const RecordKey by_network, network_key(address));
  for (int round = 0; round < kRounds; ++round) {
    SG_TRY_ASSIGN(const Counted named, find(by_name, kNameLimits));
    SG_TRY_ASSIGN(const Counted networked, find(by_network, kNetworkLimits));
    Change change;
    one_less(named, change);
    one_less(networked, change);
    SG_TRY_ASSIGN(const bool done, storage_.change(change));
    if (done) return {};
  }
  return {};
}

Result<std::chrono::milliseconds> Attempts::pause(const std::string& name, const std::string& address) {
  SG_TRY_ASSIGN(const RecordKey by_name, name_key(name));
  SG_TRY_ASSIGN(const RecordKey by_network, network_key(address));
  SG_TRY_ASSIGN(const Counted named, find(by_name, kNameLimits));
  SG_TRY_ASSIGN(const Counted networked, find(by_network, kNetworkLimits));
  const Time now = clock_.now();
  return std::max(named.wait(now), networked.wait(now));
}

}  // namespace sealgate::access
