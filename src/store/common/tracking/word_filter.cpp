#include "store/common/tracking/word_filter.h"

#include <algorithm>

#include "base/text.h"

namespace sealgate::store::tracking {
namespace {

constexpr std::size_t kBitsPerWord = 12;
constexpr unsigned kProbes = 8;

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 33U;
  value *= 0xff51afd7ed558ccdU;
  value ^= value >> 33U;
  value *= 0xc4ceb9fe1a85ec53U;
  return value ^ value >> 33U;
}

/// Calls `step` with each bit's number until it says false.
template <typename Step>
void for_each_bit(std::uint64_t hash, std::size_t bits, const Step& step) {
  const std::uint64_t stride = mix(hash) | 1U;
  for (unsigned i = 0; i < kProbes; ++i) {
    if (!step(static_cast<std::size_t>((hash + i * stride) % bits))) return;
  }
}

}  // namespace

std::uint64_t word_hash(std::string_view word) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : word) {
    hash ^= static_cast<unsigned char>(ascii_lower(c));
    hash *= 0x100000001b3U;
  }
  return mix(hash);
}

void collect_words(const messaging::TrackingRecord& record, std::vector<std::uint64_t>& hashes) {
  const auto add = [&](std::string_view word) {
    if (!word.empty()) hashes.push_back(word_hash(word));
  };
  add(to_string(record.event));
  add(record.message.text());
  add(record.work.text());
  add(record.port);
  add(record.party);
  for (const auto& [name, value] : record.details) add(value);
}

Bytes make_filter(std::vector<std::uint64_t> hashes) {
  std::ranges::sort(hashes);
  const auto repeated = std::ranges::unique(hashes);
  hashes.erase(repeated.begin(), repeated.end());
  Bytes filter(std::max<std::size_t>(8, (hashes.size() * kBitsPerWord + 7) / 8));
  for (const std::uint64_t hash : hashes) {
    for_each_bit(hash, filter.size() * 8, [&](std::size_t bit) {
      filter[bit / 8] = static_cast<Byte>(filter[bit / 8] | 1U << bit % 8);
      return true;
    });
  }
  return filter;
}

bool may_hold(ByteView filter, std::uint64_t hash) {
  if (filter.empty()) return true;
  bool all = true;
  for_each_bit(hash, filter.size() * 8,
               [&](std::size_t bit) { return all = (filter[bit / 8] >> bit % 8 & 1U) != 0; });
  return all;
}

}  // namespace sealgate::store::tracking
