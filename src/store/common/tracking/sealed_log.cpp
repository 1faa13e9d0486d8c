#include "store/common/tracking/sealed_log.h"

#include <algorithm>

#include "messaging/errors.h"
#include "store/common/account_key_file.h"
#include "store/common/errors.h"
#include "store/common/tracking/archive.h"
#include "store/common/tracking/block.h"
#include "store/common/tracking/bodies.h"
#include "store/common/tracking/chain.h"
#include "store/common/tracking/search.h"

namespace sealgate::store::tracking {
namespace {

using namespace messaging;

/// A body that somebody may be about to mention is left alone for so long after its records were cut off.
constexpr std::chrono::hours kBodyGrace{24};
constexpr std::size_t kBodiesAtOnce = 100;
/// Appended records that are sealed in one transaction.
constexpr std::size_t kTailAtOnce = 4 * kBlockRecords;

/// What the chain ends with.
struct End {
  std::int64_t number = 0;
  std::int64_t last = 0;
  Bytes hash = no_hash();
  Time sealed = {};
  friend bool operator==(const End&, const End&) = default;
};

Result<End> end_of(TrackingRows& rows) {
  SG_TRY_ASSIGN(const auto head, rows.newest_seal());
  if (head) return End{head->number, head->last(), head->hash, head->sealed};
  SG_TRY_ASSIGN(const Cut cut, rows.cut());
  if (cut.seal != 0) return End{cut.seal, cut.last, cut.hash, cut.sealed};
  return End{};
}

class SealedLog final : public TrackingLog {
 public:
  SealedLog(TrackingStorage& storage, std::filesystem::path key_file)
      : storage_(storage), bodies_(storage, std::move(key_file)) {}

  Result<TrackingPage> search(const TrackingQuery& query) override {
    TrackingPage page;
    SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
      SG_TRY_ASSIGN(page, tracking::search(rows, query));
      return {};
    }));
    return page;
  }

  Result<std::vector<TrackingRecord>> journey(const MessageId& message) override {
    std::vector<TrackingRecord> records;
    SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
      SG_TRY_ASSIGN(records, tracking::journey(rows, message));
      return {};
    }));
    return records;
  }

  Result<TrackingState> state() override {
    TrackingState state;
    SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
      SG_TRY_ASSIGN(const Cut cut, rows.cut());
      SG_TRY_ASSIGN(state.head, rows.newest_seal());
      if (state.head) {
        state.first = cut.last + 1;
      } else if (cut.seal != 0) {
        state.head.emplace();
        state.head->number = cut.seal;
        state.head->first = cut.last;
        state.head->count = 1;
        state.head->sealed = state.head->earliest = state.head->latest = cut.sealed;
        state.head->hash = cut.hash;
      }
      SG_TRY_ASSIGN(state.unsealed, rows.tail_size());
      SG_TRY_ASSIGN(state.bytes, rows.sealed_bytes());
      return {};
    }));
    return state;
  }

  Result<std::optional<SealedRecord>> sealed_record(std::int64_t sequence) override {
    std::optional<SealedRecord> found;
    SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
      SG_TRY_ASSIGN(found, find_sealed(rows, sequence));
      return {};
    }));
    return found;
  }

  Result<std::uint64_t> seal(Time now) override {
    std::uint64_t sealed = 0;
    for (;;) {
      SG_TRY_ASSIGN(const std::uint64_t more, seal_some(now));
      sealed += more;
      // What came in meanwhile waits for the next time: seals of a few records each would be no end of them.
      if (more < kTailAtOnce) return sealed;
    }
  }

  Result<Verification> verify(const Bytes& anchor, const std::function<bool(std::int64_t)>& progress) override {
    return verify_chain(storage_, anchor, progress);
  }

  Result<TrackingArchive> archive(const TrackingPart& part, Sink& sink) override {
    return write_archive(storage_, part, sink);
  }

  Result<> cut(const TrackingArchive& archived, const std::string& where, Time now) override {
    SG_TRY(storage_.write([&](TrackingRows& rows) -> Result<> {
      SG_TRY_ASSIGN(const Cut before, rows.cut());
      SG_TRY_ASSIGN(const auto last, rows.seal(archived.last_seal));
      if (!last || before.seal + 1 != archived.first_seal || last->hash != archived.hash) {
        return fail(kTrackingChanged, "the tracking log is not what was archived", where,
                    "archive it once more; another process may have cut it meanwhile");
      }
      SG_TRY(rows.insert_cut(Cut{last->number, last->last(), last->hash, last->sealed}, where, now));
      return rows.remove_seals(last->number);
    }));
    return remove_unused_bodies(archived.last, now - kBodyGrace).transform([](std::uint64_t) {});
  }

  Result<> keep_body(const Body& body, Time now) override { return bodies_.keep(body, now); }
  Result<> read_body(const Bytes& sha256, Sink& sink) override { return bodies_.read(sha256, sink); }

  Result<std::uint64_t> sweep_bodies(Time before) override {
    Cut cut;
    SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
      SG_TRY_ASSIGN(cut, rows.cut());
      return {};
    }));
    return remove_unused_bodies(cut.last, before);
  }

 private:
  Result<std::uint64_t> remove_unused_bodies(std::int64_t through, Time before) {
    std::uint64_t removed = 0;
    for (;;) {
      std::size_t found = 0;
      SG_TRY(storage_.write([&](TrackingRows& rows) -> Result<> {
        SG_TRY_ASSIGN(const auto ids, rows.unused_bodies(through, before, kBodiesAtOnce));
        for (const std::string& id : ids) SG_TRY(rows.remove_body(id));
        found = ids.size();
        return {};
      }));
      removed += found;
      if (found < kBodiesAtOnce) return removed;
    }
  }

  /// Reads, hashes and packs outside of the writing transaction, which only has to find that nothing changed. Says
  /// how many records.
  Result<std::uint64_t> seal_some(Time now) {
    End end;
    std::vector<TailRow> tail;
    SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
      SG_TRY_ASSIGN(end, end_of(rows));
      SG_TRY_ASSIGN(tail, rows.tail(kTailAtOnce, true));
      return {};
    }));
    const std::span<const TailRow> all(tail);
    std::size_t taken = 0;
    std::vector<Block> blocks;
    End next = end;
    while (taken < tail.size()) {
      BlockBuilder builder(next.number + 1, next.last + 1, next.hash, std::max(now, next.sealed));
      while (taken < tail.size() && builder.add(tail[taken].record)) ++taken;
      SG_TRY_ASSIGN(Block block, builder.finish());
      next = End{block.seal.number, block.seal.last(), block.seal.hash, block.seal.sealed};
      blocks.push_back(std::move(block));
    }
    if (tail.empty()) return 0;
    const auto changed = [] {
      return fail(kTrackingChanged, "another process sealed the tracking log at the same time", "tracking log",
                  "nothing is lost; let one process do it");
    };
    const auto written = storage_.write([&](TrackingRows& rows) -> Result<> {
      SG_TRY_ASSIGN(const End still, end_of(rows));
      if (!(still == end)) return changed();
      for (const Block& block : blocks) {
        SG_TRY(rows.insert_seal(block.seal, block.filter, block.packed));
        for (const auto& [sha256, sequence] : block.bodies) SG_TRY(rows.use_body(sha256, sequence));
      }
      return rows.remove_tail(all);
    });
    // Its number was taken between our look and our row.
    if (!written && written.error().code == kConstraint) return changed();
    SG_TRY(written);
    return tail.size();
  }

  TrackingStorage& storage_;
  BodyVault bodies_;
};

}  // namespace

std::unique_ptr<TrackingLog> make_tracking_log(TrackingStorage& storage, std::filesystem::path key_file) {
  return std::make_unique<SealedLog>(storage, std::move(key_file));
}

std::filesystem::path tracking_key_path(const std::filesystem::path& data) {
  return account_key_path(data, "tracking");
}

}  // namespace sealgate::store::tracking
