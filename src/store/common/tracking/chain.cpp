#include "store/common/tracking/chain.h"

#include <algorithm>

#include "messaging/errors.h"
#include "store/common/tracking/word_filter.h"

namespace sealgate::store::tracking {
namespace {

using namespace messaging;

/// In one view of the database, which would hold up its housekeeping if it took long.
constexpr std::size_t kSealsAtOnce = 16;

/// A search would not find every record of this block.
bool hides_words(const Unpacked& records, ByteView filter) {
  std::vector<std::uint64_t> words;
  for (const ByteView encoded : records.records) {
    if (const auto record = decode_record(encoded)) collect_words(*record, words);
  }
  return std::ranges::any_of(words, [&](std::uint64_t word) { return !may_hold(filter, word); });
}

bool hides_times(const TrackingSeal& seal, const Unpacked& records) {
  return std::ranges::any_of(records.records, [&](ByteView encoded) {
    const auto record = decode_record(encoded);
    return record && (record->at < seal.earliest || record->at > seal.latest);
  });
}

class Verifier {
 public:
  Verifier(TrackingStorage& storage, const Bytes& anchor, const std::function<bool(std::int64_t)>& progress)
      : storage_(storage), anchor_(anchor), progress_(progress) {
    result_.anchored = anchor.empty();
  }

  Result<Verification> run() {
    SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
      SG_TRY_ASSIGN(const Cut cut, rows.cut());
      begin_at(cut);
      return {};
    }));
    bool more = true;
    while (more && !result_.broken) {
      SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
        SG_TRY_ASSIGN(more, step(rows));
        return {};
      }));
      if (more && progress_ && !progress_(result_.records)) break;
    }
    return std::move(result_);
  }

 private:
  void begin_at(const Cut& cut) {
    cut_ = cut.seal;
    expected_ = Link::after(cut);
    if (cut.seal != 0) result_.head = cut.hash;
    meet(cut.hash);
  }

  void meet(const Bytes& hash) {
    if (!anchor_.empty() && hash == anchor_) result_.anchored = true;
  }

  void breaks(std::string what) {
    result_.broken = TrackingBreak{expected_.number, expected_.first, std::move(what)};
  }

  /// False at the end.
  Result<bool> step(TrackingRows& rows) {
    // While this goes on, the keeper may cut off what we have seen, or what we have not.
    SG_TRY_ASSIGN(const Cut cut, rows.cut());
    if (cut.seal != cut_) {
      if (cut.seal >= expected_.number) {
        begin_at(cut);
      }
      cut_ = cut.seal;
    }
    std::vector<std::pair<TrackingSeal, Bytes>> seals;
    SG_TRY(rows.seals(expected_.number, false, kSealsAtOnce, [&](const TrackingSeal& seal, ByteView filter) {
      seals.emplace_back(seal, Bytes(filter.begin(), filter.end()));
      return true;
    }));
    for (const auto& [seal, filter] : seals) {
      SG_TRY_ASSIGN(const Bytes packed, rows.records(seal.number));
      const auto records = unpack(packed);
      std::string fault = records ? fault_of(expected_, seal, *records) : records.error().what;
      if (fault.empty() && (hides_words(*records, filter) || hides_times(seal, *records))) {
        fault = "what a search goes by does not fit the records";
      }
      if (!fault.empty()) {
        breaks(std::move(fault));
        return false;
      }
      ++result_.seals;
      result_.records += seal.count;
      result_.head = seal.hash;
      meet(seal.hash);
      expected_ = Link::after(seal);
    }
    return seals.size() == kSealsAtOnce;
  }

  TrackingStorage& storage_;
  const Bytes& anchor_;
  const std::function<bool(std::int64_t)>& progress_;
  std::int64_t cut_ = 0;
  Link expected_;
  Verification result_;
};

}  // namespace

Link Link::after(const Cut& cut) {
  return cut.seal == 0 ? Link{} : Link{cut.seal + 1, cut.last + 1, cut.hash};
}

Link Link::after(const TrackingSeal& seal) {
  return Link{seal.number + 1, seal.last() + 1, seal.hash};
}

std::string fault_of(const Link& expected, const TrackingSeal& seal, const Unpacked& records) {
  if (seal.number != expected.number) {
    return "seal " + std::to_string(expected.number) + " is missing";
  }
  if (seal.previous != expected.previous) return "the seal does not follow the one before it";
  if (seal.first != expected.first) return "the records are not numbered on from those before them";
  if (seal.count != static_cast<std::int64_t>(records.records.size())) {
    return "the block holds " + std::to_string(records.records.size()) + " records where " +
           std::to_string(seal.count) + " were sealed";
  }
  const auto hash = seal_hash(seal, records.raw);
  if (!hash) return hash.error().what;
  return *hash == seal.hash ? std::string() : "a record or the seal itself was changed: the hash does not fit";
}

Result<std::optional<SealedRecord>> find_sealed(TrackingRows& rows, std::int64_t sequence) {
  SG_TRY_ASSIGN(const Cut cut, rows.cut());
  SG_TRY_ASSIGN(const auto head, rows.newest_seal());
  if (!head || sequence <= cut.last || sequence > head->last()) return std::nullopt;
  const auto broken = [](std::int64_t seal, const std::string& what) {
    return fail(kTrackingBroken, what, "seal " + std::to_string(seal),
                "see 'sealgate tracking verify'; keep the database as it is and compare it with a backup");
  };
  std::int64_t from = cut.seal + 1;
  std::int64_t to = head->number;
  while (from < to) {
    const std::int64_t middle = from + (to - from) / 2;
    SG_TRY_ASSIGN(const auto seal, rows.seal(middle));
    if (!seal) return broken(middle, "the seal is missing");
    if (seal->last() < sequence) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  SealedRecord found;
  SG_TRY_ASSIGN(auto seal, rows.seal(from));
  if (!seal || sequence < seal->first || sequence > seal->last()) return broken(from, "the seal is missing");
  found.seal = std::move(*seal);
  SG_TRY_ASSIGN(const Bytes packed, rows.records(from));
  SG_TRY_ASSIGN(const Unpacked records, unpack(packed));
  const std::string fault = fault_of(Link{from, found.seal.first, found.seal.previous}, found.seal, records);
  if (!fault.empty()) return broken(from, fault);
  const ByteView record = records.records[static_cast<std::size_t>(sequence - found.seal.first)];
  found.hashed = seal_head(found.seal);
  found.offset = found.hashed.size() + static_cast<std::size_t>(record.data() - records.raw.data());
  found.size = record.size();
  append(found.hashed, records.raw);
  return found;
}

Result<Verification> verify_chain(TrackingStorage& storage, const Bytes& anchor,
                                  const std::function<bool(std::int64_t)>& progress) {
  return Verifier(storage, anchor, progress).run();
}

}  // namespace sealgate::store::tracking
