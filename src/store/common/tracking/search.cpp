#include "store/common/tracking/search.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "store/common/tracking/block.h"
#include "store/common/tracking/message_time.h"
#include "store/common/tracking/word_filter.h"

namespace sealgate::store::tracking {
namespace {

using namespace messaging;

/// One page looks at no more than this, so that a search through years comes back now and then.
constexpr std::size_t kHeadersAtOnce = 512;
constexpr std::size_t kHeadersInPage = 64 * kHeadersAtOnce;
constexpr std::size_t kBlocksInPage = 256;
constexpr std::size_t kTailInPage = 50'000;
/// How far the clocks of those who write records and of the sealer may have been apart.
constexpr std::chrono::hours kClockSlack{24};
constexpr std::size_t kMaximumJourney = 10'000;

/// What to look for: `matches` decides, the rest saves work.
struct Wanted {
  std::vector<std::uint64_t> words = {};  ///< each record that matches has all of them
  std::optional<Time> from = {};
  std::optional<Time> until = {};
  std::int64_t after = 0;
  bool newest_first = false;
  std::size_t limit = 0;
  std::function<bool(const TrackingRecord&)> matches = {};
};

class Scan {
 public:
  Scan(TrackingRows& rows, const Wanted& wanted) : rows_(rows), wanted_(wanted) {}

  Result<TrackingPage> run() {
    SG_TRY_ASSIGN(const Cut cut, rows_.cut());
    SG_TRY_ASSIGN(const auto head, rows_.newest_seal());
    lowest_ = cut.seal + 1;
    highest_ = head ? head->number : cut.seal;
    page_.sealed = head ? head->last() : cut.last;
    if (wanted_.from) {
      SG_TRY_ASSIGN(lowest_,
                    first_seal([&](const TrackingSeal& seal) { return seal.sealed >= *wanted_.from - kClockSlack; }));
    }
    if (wanted_.newest_first) {
      if (wanted_.after == 0 || wanted_.after > page_.sealed + 1) SG_TRY(look_at_tail());
      if (!full_) SG_TRY(look_at_seals());
    } else {
      SG_TRY(look_at_seals());
      if (!full_) SG_TRY(look_at_tail());
    }
    return std::move(page_);
  }

 private:
  /// The first seal for which `reached` holds, which must hold for all after it too; the one behind the last when
  /// there is none.
  template <typename Reached>
  Result<std::int64_t> first_seal(const Reached& reached) {
    std::int64_t low = lowest_;
    std::int64_t high = highest_ + 1;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      SG_TRY_ASSIGN(const auto seal, rows_.seal(middle));
      if (!seal) return lowest_;  // a hole, which verify() tells of: look at everything
      if (reached(*seal))
        high = middle;
      else
        low = middle + 1;
    }
    return low;
  }

  bool may_match(const TrackingSeal& seal, ByteView filter) const {
    if (wanted_.from && seal.latest < *wanted_.from) return false;
    if (wanted_.until && seal.earliest >= *wanted_.until) return false;
    return std::ranges::all_of(wanted_.words, [&](std::uint64_t word) { return may_hold(filter, word); });
  }

  /// False for what an earlier page went through.
  bool is_new(std::int64_t sequence) const {
    if (wanted_.after == 0) return true;
    return wanted_.newest_first ? sequence < wanted_.after : sequence > wanted_.after;
  }

  void offer(TrackingRecord record) {
    if (full_ || !is_new(record.sequence) || !wanted_.matches(record)) return;
    const std::int64_t sequence = record.sequence;
    page_.records.push_back(std::move(record));
    if (page_.records.size() >= wanted_.limit) end_page(sequence);
  }

  void end_page(std::int64_t at) {
    full_ = true;
    page_.next = at;
  }

  Result<> look_at_seals() {
    const bool down = wanted_.newest_first;
    std::int64_t from = down ? highest_ : lowest_;
    if (wanted_.after != 0) {
      // The first seal whose records all come later, less one: the seal that holds the record.
      SG_TRY_ASSIGN(const std::int64_t later,
                    first_seal([&](const TrackingSeal& seal) { return seal.first > wanted_.after; }));
      from = down ? std::min(from, later - 1) : std::max(from, later - 1);
    }
    std::size_t headers = 0;
    std::size_t blocks = 0;
    while (!full_ && from >= lowest_ && from <= highest_) {
      std::vector<TrackingSeal> candidates;
      std::int64_t last = from;
      std::size_t seen = 0;
      std::int64_t edge = 0;
      SG_TRY(rows_.seals(from, down, kHeadersAtOnce, [&](const TrackingSeal& seal, ByteView filter) {
        last = seal.number;
        edge = down ? seal.first : seal.last();
        ++seen;
        if (seal.number < lowest_) return false;
        if (may_match(seal, filter)) candidates.push_back(seal);
        return true;
      }));
      for (const TrackingSeal& seal : candidates) {
        SG_TRY(look_into(seal));
        if (full_) return {};
        if (++blocks >= kBlocksInPage) {
          end_page(down ? seal.first : seal.last());
          return {};
        }
      }
      if (seen < kHeadersAtOnce) return {};
      headers += seen;
      if (headers >= kHeadersInPage) end_page(edge);
      from = down ? last - 1 : last + 1;
    }
    return {};
  }

  Result<> look_into(const TrackingSeal& seal) {
    SG_TRY_ASSIGN(const Bytes packed, rows_.records(seal.number));
    const auto unpacked = unpack(packed);
    if (!unpacked) {
      log(LogLevel::Warning, "a block of the tracking log cannot be read",
          {{"seal", std::to_string(seal.number)}, {"reason", unpacked.error().to_string()}});
      return {};
    }
    const std::size_t count = unpacked->records.size();
    for (std::size_t i = 0; i < count && !full_; ++i) {
      const std::size_t at = wanted_.newest_first ? count - 1 - i : i;
      const std::int64_t sequence = seal.first + static_cast<std::int64_t>(at);
      if (is_new(sequence)) offer_encoded(unpacked->records[at], sequence);
    }
    return {};
  }

  void offer_encoded(ByteView encoded, std::int64_t sequence) {
    auto record = decode_record(encoded);
    if (!record) {
      log(LogLevel::Warning, "a record of the tracking log cannot be read",
          {{"sequence", std::to_string(sequence)}, {"reason", record.error().to_string()}});
      return;
    }
    record->sequence = sequence;
    offer(std::move(*record));
  }

  Result<> look_at_tail() {
    SG_TRY_ASSIGN(const std::vector<TailRow> tail, rows_.tail(kTailInPage, false));
    const std::size_t count = tail.size();
    for (std::size_t i = 0; i < count && !full_; ++i) {
      const std::size_t at = wanted_.newest_first ? count - 1 - i : i;
      offer_encoded(tail[at].record, page_.sealed + 1 + static_cast<std::int64_t>(at));
    }
    return {};
  }

  TrackingRows& rows_;
  const Wanted& wanted_;
  std::int64_t lowest_ = 0;
  std::int64_t highest_ = 0;
  bool full_ = false;
  TrackingPage page_;
};

bool contains(std::string_view text, std::string_view lower_part) {
  const auto same = [](char a, char b) { return ascii_lower(a) == b; };
  return std::ranges::search(text, lower_part, same).begin() != text.end();
}

bool has_detail(const TrackingRecord& record, std::string_view name, std::string_view value) {
  return std::ranges::any_of(record.details, [&](const auto& detail) {
    return (name.empty() || detail.first == name) && iequals(detail.second, value);
  });
}

bool has_text(const TrackingRecord& record, std::string_view lower) {
  return contains(record.port, lower) || contains(record.party, lower) ||
         std::ranges::any_of(record.details, [&](const auto& detail) { return contains(detail.second, lower); });
}

bool matches(const TrackingQuery& query, std::string_view lower_text, const TrackingRecord& record) {
  if (query.from && record.at < *query.from) return false;
  if (query.until && record.at >= *query.until) return false;
  if (!query.message.empty() && record.message != query.message) return false;
  if (!query.work.empty() && record.work != query.work) return false;
  if (query.event && record.event != *query.event) return false;
  if (!query.port.empty() && !iequals(record.port, query.port)) return false;
  if (!query.party.empty() && !iequals(record.party, query.party) && !has_detail(record, "party", query.party)) {
    return false;
  }
  for (const auto& [name, value] : query.details) {
    if (!has_detail(record, name, value)) return false;
  }
  return lower_text.empty() || has_text(record, lower_text);
}

/// Everything that has `word` as its message or as a value.
Result<> collect_mentions(TrackingRows& rows, const std::string& word, std::optional<Time> from,
                          std::vector<TrackingRecord>& found) {
  Wanted wanted;
  wanted.words = {word_hash(word)};
  wanted.from = from;
  wanted.limit = kMaximumJourney;
  wanted.matches = [&](const TrackingRecord& record) {
    return iequals(record.message.text(), word) || has_detail(record, {}, word);
  };
  for (;;) {
    SG_TRY_ASSIGN(TrackingPage page, Scan(rows, wanted).run());
    std::ranges::move(page.records, std::back_inserter(found));
    if (page.next == 0 || found.size() >= kMaximumJourney) return {};
    wanted.after = page.next;
  }
}

}  // namespace

Result<TrackingPage> search(TrackingRows& rows, const TrackingQuery& query) {
  Wanted wanted;
  for (const std::string& word : {query.message.text(), query.work.text(), query.port, query.party}) {
    if (!word.empty()) wanted.words.push_back(word_hash(word));
  }
  if (query.event) wanted.words.push_back(word_hash(to_string(*query.event)));
  for (const auto& [name, value] : query.details) {
    if (!value.empty()) wanted.words.push_back(word_hash(value));
  }
  wanted.from = query.from;
  wanted.until = query.until;
  wanted.after = query.after;
  wanted.newest_first = query.newest_first;
  wanted.limit = std::max<std::size_t>(query.limit, 1);
  const std::string lower_text = ascii_lower(query.text);
  wanted.matches = [&](const TrackingRecord& record) { return matches(query, lower_text, record); };
  return Scan(rows, wanted).run();
}

Result<std::vector<TrackingRecord>> journey(TrackingRows& rows, const MessageId& message) {
  std::vector<TrackingRecord> found;
  std::optional<Time> from = time_of(message);
  if (from) *from -= kClockSlack;
  SG_TRY(collect_mentions(rows, message.text(), from, found));
  std::vector<std::string> interchanges;
  for (const TrackingRecord& record : found) {
    for (const auto& [name, value] : record.details) {
      if (name == kInterchangeDetail && !value.empty()) interchanges.push_back(value);
    }
  }
  std::ranges::sort(interchanges);
  interchanges.erase(std::ranges::unique(interchanges).begin(), interchanges.end());
  for (const std::string& interchange : interchanges) {
    // Its messages may have come first: ids are made in the order of the parts.
    SG_TRY(collect_mentions(rows, interchange, from, found));
  }
  std::ranges::sort(found, {}, &TrackingRecord::sequence);
  found.erase(std::ranges::unique(found, {}, &TrackingRecord::sequence).begin(), found.end());
  if (found.size() > kMaximumJourney) found.resize(kMaximumJourney);
  return found;
}

}  // namespace sealgate::store::tracking
