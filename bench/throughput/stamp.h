#pragma once
// The first bytes of every body the load generator sends: who it is and when it left.

#include <cstdint>

namespace sealgate::bench {

inline constexpr std::uint64_t kStampMagic = 0x5347424e43483031;  // "SGBNCH01"

struct Stamp {
  std::uint64_t magic = kStampMagic;
  std::uint64_t number = 0;   ///< from 0, without a gap
  std::uint64_t sent_ns = 0;  ///< CLOCK_MONOTONIC
};
static_assert(sizeof(Stamp) == 24);

}  // namespace sealgate::bench
