#pragma once
// A block: the records of one seal, packed. The packed form is a version octet, the number of raw bytes (8 bytes),
// and the raw form compressed by zlib; the raw form is each record's length (LEB128) and encoded form, and is what
// the seal hashes. So a block can be packed anew without touching the chain.

#include "messaging/tracking_log.h"

namespace sealgate::store::tracking {

inline constexpr std::size_t kBlockRecords = 4096;
inline constexpr std::size_t kBlockBytes = std::size_t{1} << 20U;

/// The first link has this as `previous`.
inline Bytes no_hash() {
  return Bytes(32);
}

/// What is hashed before the records.
Bytes seal_head(const messaging::TrackingSeal& seal);
/// SHA-256("sealgate tracking 1\n" || previous || number || first || count || sealed || raw), numbers and the time in
/// milliseconds as 8 bytes, most significant first.
Result<Bytes> seal_hash(const messaging::TrackingSeal& seal, ByteView raw);

struct Block {
  messaging::TrackingSeal seal = {};
  Bytes filter = {};
  Bytes packed = {};
  std::vector<std::pair<Bytes, std::int64_t>> bodies = {};  ///< tracked bodies and who mentions them
};

class BlockBuilder {
 public:
  /// `previous` is the hash that the chain ends with; `number` and `first` are the next ones.
  BlockBuilder(std::int64_t number, std::int64_t first, Bytes previous, Time sealed);
  /// False, and nothing is added, when it is full. An empty one takes any record.
  bool add(ByteView record);
  bool empty() const { return block_.seal.count == 0; }
  /// Call once, after at least one record.
  Result<Block> finish();

 private:
  Block block_;
  Bytes raw_;
  std::vector<std::uint64_t> words_;
};

/// Records as they lie in `raw`.
struct Unpacked {
  Bytes raw = {};
  std::vector<ByteView> records = {};
};
/// messaging.tracking-broken.
Result<Unpacked> unpack(ByteView packed);

}  // namespace sealgate::store::tracking
