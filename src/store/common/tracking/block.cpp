#include "store/common/tracking/block.h"

#include <zlib.h>

#include <algorithm>

#include "base/hex.h"
#include "crypto/digest.h"
#include "messaging/errors.h"
#include "messaging/stored_form.h"
#include "store/common/tracking/word_filter.h"

namespace sealgate::store::tracking {
namespace {

using messaging::TrackingSeal;
namespace stored = messaging::stored;

constexpr Byte kVersion = 1;
constexpr std::size_t kHead = 9;
/// Fast: the log must not cost throughput, and records repeat each other anyway.
constexpr int kLevel = 1;
/// One record may be larger than a block.
constexpr std::uint64_t kMaximumRaw = kBlockBytes + std::size_t{256} * 1024;

tl::unexpected<Error> broken(std::string what) {
  return fail(messaging::kTrackingBroken, std::move(what), "tracking log",
              "find out who changed the database; 'sealgate tracking verify' tells from where on nothing is proven");
}

Result<Bytes> pack(ByteView raw) {
  Bytes packed;
  packed.push_back(kVersion);
  stored::put_eight(packed, static_cast<std::int64_t>(raw.size()));
  uLongf size = compressBound(raw.size());
  packed.resize(kHead + size);
  if (compress2(packed.data() + kHead, &size, raw.data(), raw.size(), kLevel) != Z_OK) {
    return broken("a block of the tracking log cannot be compressed");
  }
  packed.resize(kHead + size);
  return packed;
}

}  // namespace

Bytes seal_head(const TrackingSeal& seal) {
  Bytes head = to_bytes("sealgate tracking 1\n");
  append(head, seal.previous);
  stored::put_eight(head, seal.number);
  stored::put_eight(head, seal.first);
  stored::put_eight(head, seal.count);
  stored::put_eight(head, seal.sealed.time_since_epoch().count());
  return head;
}

Result<Bytes> seal_hash(const TrackingSeal& seal, ByteView raw) {
  crypto::Digest digest(crypto::DigestAlgorithm::Sha256);
  digest.update(seal_head(seal));
  digest.update(raw);
  SG_TRY_ASSIGN(const crypto::DigestValue value, digest.finish());
  return Bytes(value.view().begin(), value.view().end());
}

BlockBuilder::BlockBuilder(std::int64_t number, std::int64_t first, Bytes previous, Time sealed) {
  block_.seal.number = number;
  block_.seal.first = first;
  block_.seal.previous = std::move(previous);
  block_.seal.sealed = sealed;
}

bool BlockBuilder::add(ByteView record) {
  TrackingSeal& seal = block_.seal;
  if (!empty() &&
      (static_cast<std::size_t>(seal.count) >= kBlockRecords || raw_.size() + record.size() > kBlockBytes)) {
    return false;
  }
  stored::put_number(raw_, record.size());
  append(raw_, record);
  // One that does not decode was damaged before it was sealed. It stays as it is, and cannot be found.
  if (const auto decoded = messaging::decode_record(record)) {
    seal.earliest = empty() ? decoded->at : std::min(seal.earliest, decoded->at);
    seal.latest = empty() ? decoded->at : std::max(seal.latest, decoded->at);
    collect_words(*decoded, words_);
    for (const auto& [name, value] : decoded->details) {
      if (!name.starts_with(messaging::kTrackedBodyPrefix)) continue;
      if (auto sha256 = from_hex(value)) block_.bodies.emplace_back(std::move(*sha256), seal.first + seal.count);
    }
  } else if (empty()) {
    seal.earliest = seal.latest = seal.sealed;
  }
  ++seal.count;
  return true;
}

Result<Block> BlockBuilder::finish() {
  SG_TRY_ASSIGN(block_.seal.hash, seal_hash(block_.seal, raw_));
  SG_TRY_ASSIGN(block_.packed, pack(raw_));
  block_.filter = make_filter(std::move(words_));
  block_.seal.bytes = block_.packed.size() + block_.filter.size();
  return std::move(block_);
}

Result<Unpacked> unpack(ByteView packed) {
  stored::Reader head(packed);
  const bool known = head.octet() == kVersion;
  const auto size = static_cast<std::uint64_t>(head.eight());
  if (!known || !head.ok() || size > kMaximumRaw) return broken("a block of the tracking log is damaged");
  Unpacked unpacked;
  unpacked.raw.resize(size);
  uLongf length = size;
  const ByteView compressed = packed.subspan(kHead);
  if (uncompress(unpacked.raw.data(), &length, compressed.data(), compressed.size()) != Z_OK || length != size) {
    return broken("a block of the tracking log is damaged");
  }
  stored::Reader reader(unpacked.raw);
  while (reader.ok() && !reader.at_end()) unpacked.records.push_back(as_bytes(reader.text()));
  if (!reader.ok()) return broken("a block of the tracking log is damaged");
  return unpacked;
}

}  // namespace sealgate::store::tracking
