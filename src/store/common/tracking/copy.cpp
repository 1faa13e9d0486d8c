#include "store/common/tracking/copy.h"

#include <algorithm>

namespace sealgate::store::tracking {
namespace {

using messaging::TrackingSeal;

constexpr std::size_t kSealsAtOnce = 16;
constexpr std::size_t kTailAtOnce = 10'000;
constexpr std::size_t kBodiesAtOnce = 100;

Result<> copy_seals(TrackingRows& from, TrackingStorage& target) {
  struct Copied {
    TrackingSeal seal;
    Bytes filter, records;
  };
  for (std::int64_t number = 0;;) {
    std::vector<Copied> some;
    SG_TRY(from.seals(number, false, kSealsAtOnce, [&](const TrackingSeal& seal, ByteView filter) {
      some.push_back({seal, Bytes(filter.begin(), filter.end()), {}});
      return true;
    }));
    if (some.empty()) return {};
    for (Copied& one : some) {
      SG_TRY_ASSIGN(one.records, from.records(one.seal.number));
    }
    SG_TRY(target.write([&](TrackingRows& to) -> Result<> {
      for (const Copied& one : some) SG_TRY(to.insert_seal(one.seal, one.filter, one.records));
      return {};
    }));
    number = some.back().seal.number + 1;
  }
}

Result<> copy_tail(TrackingRows& from, TrackingStorage& target) {
  // All of it: what nobody seals for long is as large as the log itself, but that is not how a store is moved.
  SG_TRY_ASSIGN(const std::uint64_t size, from.tail_size());
  SG_TRY_ASSIGN(const std::vector<TailRow> tail, from.tail(static_cast<std::size_t>(size), false));
  for (std::size_t at = 0; at < tail.size(); at += kTailAtOnce) {
    SG_TRY(target.write([&](TrackingRows& to) -> Result<> {
      for (std::size_t i = at; i < std::min(at + kTailAtOnce, tail.size()); ++i) SG_TRY(to.append(tail[i].record));
      return {};
    }));
  }
  return {};
}

Result<> copy_body(TrackingRows& from, const StoredBody& body, TrackingStorage& target) {
  SG_TRY(target.write([&](TrackingRows& to) { return to.insert_body(body, false); }));
  for (std::int64_t number = 0;; ++number) {
    SG_TRY_ASSIGN(const Bytes chunk, from.chunk(body.id, number));
    if (chunk.empty()) break;
    SG_TRY(target.write([&](TrackingRows& to) { return to.insert_chunk(body.id, number, chunk); }));
  }
  return target.write([&](TrackingRows& to) { return to.complete_body(body.id); });
}

}  // namespace

Result<> copy_log(TrackingStorage& source, TrackingStorage& target) {
  return source.read([&](TrackingRows& from) -> Result<> {
    SG_TRY_ASSIGN(const Cut cut, from.cut());
    if (cut.seal != 0) {
      SG_TRY(target.write([&](TrackingRows& to) -> Result<> {
        // There already when an earlier copy was cut short.
        SG_TRY_ASSIGN(const Cut there, to.cut());
        if (there.seal == cut.seal) return {};
        return to.insert_cut(cut, "the store it was copied from", cut.sealed);
      }));
    }
    SG_TRY(copy_seals(from, target));
    SG_TRY(copy_tail(from, target));
    for (std::string after;;) {
      SG_TRY_ASSIGN(const auto bodies, from.bodies(after, kBodiesAtOnce));
      if (bodies.empty()) return {};
      for (const StoredBody& body : bodies) SG_TRY(copy_body(from, body, target));
      after = bodies.back().id;
    }
  });
}

}  // namespace sealgate::store::tracking
