#include "admin/message_search.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "messaging/errors.h"

namespace sealgate::admin {
namespace {

using namespace messaging;

constexpr std::size_t kChunk = 500;
/// One page looks at no more work than this.
constexpr std::size_t kMostLooked = 20'000;
/// The same where each message must be read.
constexpr std::size_t kMostRead = 3'000;
/// And no more pages of the tracking log.
constexpr std::size_t kMostLogPages = 50;

/// Before every id that was made then, after every one that was made before (RFC 9562, 5.7).
std::string first_id(Time time) {
  std::string digits(12, '0');
  std::int64_t left = std::max<std::int64_t>(time.time_since_epoch().count(), 0);
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, left >>= 4) {
    *digit = "0123456789abcdef"[static_cast<std::size_t>(left & 15)];
  }
  return digits.substr(0, 8) + "-" + digits.substr(8) + "-0000-0000-000000000000";
}

class Search {
 public:
  Search(store::Store& store, const artifacts::ArtifactSet& set, const MessageQuery& query)
      : store_(store), set_(set), query_(query), limit_(std::max<std::size_t>(query.list.limit, 1)) {
    if (query.from) first_ = first_id(*query.from);
    if (query.until) behind_ = first_id(*query.until);
  }

  Result<MessagePage> through_box() {
    ListQuery list = query_.list;
    list.newest_first = query_.list.newest_first;
    list.limit = plain() ? limit_ + 1 : kChunk;
    list.after = WorkId(query_.place);
    if (query_.place.empty()) list.after = WorkId(list.newest_first ? behind_ : first_);
    MessagePage page;
    std::size_t looked = 0;
    while (looked < (query_.properties.empty() ? kMostLooked : kMostRead)) {
      SG_TRY_ASSIGN(const auto found, store_.box().list(list));
      for (const WorkSummary& work : found) {
        if (is_past(work)) return page;
        SG_TRY_ASSIGN(const bool wanted, fits(work));
        if (wanted && page.items.size() == limit_) {
          page.next = list.after.text();
          return page;
        }
        if (wanted) page.items.push_back(work);
        list.after = work.id;
      }
      looked += found.size();
      if (found.size() < list.limit) return page;
    }
    page.next = list.after.text();
    return page;
  }

  Result<MessagePage> through_log() {
    TrackingQuery wanted;
    wanted.newest_first = query_.list.newest_first;
    if (!query_.file.empty()) wanted.details.emplace_back("", query_.file);
    if (!query_.as2_message_id.empty()) wanted.details.emplace_back("as2.message_id", query_.as2_message_id);
    if (query_.list.message) wanted.message = *query_.list.message;
    // A page of records is shown as a whole, or its rest could not be found again.
    wanted.limit = std::min<std::size_t>(limit_, 100);
    const auto [end, problem] =
        std::from_chars(query_.place.data(), query_.place.data() + query_.place.size(), wanted.after);
    if (!query_.place.empty() && (problem != std::errc() || end != query_.place.data() + query_.place.size())) {
      return fail(kBadId, "this is no place in the tracking log", query_.place, "begin with the first page");
    }
    MessagePage page;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < kMostLogPages; ++i) {
      SG_TRY_ASSIGN(const TrackingPage found, store_.tracking().search(wanted));
      for (const TrackingRecord& record : found.records) {
        if (record.message.empty() || !seen.insert(record.message.text()).second) continue;
        SG_TRY(add_work_of(record.message, page));
      }
      wanted.after = found.next;
      if (found.next == 0) return page;
      if (!page.items.empty()) break;
    }
    page.next = std::to_string(wanted.after);
    return page;
  }

 private:
  /// Each item of a list is wanted, without a look at it.
  bool plain() const { return query_.party.empty() && query_.code.empty() && query_.properties.empty(); }
  bool is_past(const WorkSummary& work) const {
    return query_.list.newest_first ? !first_.empty() && work.id.text() < first_
                                    : !behind_.empty() && work.id.text() >= behind_;
  }
  Result<bool> fits(const WorkSummary& work) {
    const bool in_time =
        (first_.empty() || work.id.text() >= first_) && (behind_.empty() || work.id.text() < behind_);
    if (!in_time) return false;
    if (!query_.code.empty() && (!work.failure || work.failure->code != query_.code)) return false;
    if (!query_.party.empty() && !concerns(set_, work, query_.party)) return false;
    if (query_.properties.empty()) return true;
    if (read_ != work.message) {
      const auto message = store_.box().load(work.message);
      // Purged at this very moment.
      if (!message && message.error().code == kNoSuchMessage) return false;
      if (!message) return fail(message.error());
      read_ = work.message;
      matches_ = matches(query_.properties, message->context);
    }
    return matches_;
  }
  Result<> add_work_of(const MessageId& message, MessagePage& page) {
    ListQuery list = query_.list;
    list.message = message;
    list.limit = kChunk;
    list.after = {};
    SG_TRY_ASSIGN(const auto found, store_.box().list(list));
    for (const WorkSummary& work : found) {
      SG_TRY_ASSIGN(const bool wanted, fits(work));
      if (wanted) page.items.push_back(work);
    }
    return {};
  }

  store::Store& store_;
  const artifacts::ArtifactSet& set_;
  const MessageQuery& query_;
  const std::size_t limit_;
  std::string first_;   ///< ids from here on; empty: any
  std::string behind_;  ///< ids before this; empty: any
  MessageId read_;      ///< the last one that was read, and what was found
  bool matches_ = false;
};

}  // namespace

Result<MessagePage> search_messages(store::Store& store, const artifacts::ArtifactSet& set,
                                    const MessageQuery& query) {
  Search search(store, set, query);
  return query.file.empty() && query.as2_message_id.empty() ? search.through_box() : search.through_log();
}

std::string partner_of(const artifacts::ArtifactSet& set, const WorkSummary& work) {
  if (work.kind == WorkKind::Receipt) {
    const artifacts::Agreement* agreement = set.find_agreement(work.port);
    return agreement == nullptr ? std::string() : agreement->partner.party;
  }
  if (work.kind != WorkKind::Send && work.kind != WorkKind::Await) return {};
  const auto port = std::ranges::find(set.send_ports, work.port, &artifacts::SendPort::name);
  if (port != set.send_ports.end() && !port->party.empty()) return port->party;
  // By the agreement that sends through it, when all that do are with the same partner.
  std::string partner;
  for (const artifacts::Agreement& agreement : set.agreements) {
    if (std::ranges::find(agreement.sending.send_ports, work.port) == agreement.sending.send_ports.end()) continue;
    if (!partner.empty() && partner != agreement.partner.party) return {};
    partner = agreement.partner.party;
  }
  return partner;
}

bool concerns(const artifacts::ArtifactSet& set, const WorkSummary& work, const std::string& party) {
  return work.party == party || partner_of(set, work) == party;
}

Result<FilterTrial> try_filter(MessageBox& box, const Filter& filter) {
  FilterTrial trial;
  ListQuery list;
  list.newest_first = true;
  list.limit = kChunk;
  std::set<std::string> seen;
  for (std::size_t looked = 0; looked < kMostLooked;) {
    SG_TRY_ASSIGN(const auto found, box.list(list));
    for (const WorkSummary& work : found) {
      list.after = work.id;
      // What is raw was not published: no filter has seen it.
      if (work.kind == WorkKind::Receive || !seen.insert(work.message.text()).second) continue;
      const auto message = box.load(work.message);
      if (!message && message.error().code == kNoSuchMessage) continue;
      if (!message) return fail(message.error());
      ++trial.tested;
      trial.oldest = work.created;
      if (matches(filter, message->context)) {
        ++trial.matched;
        if (trial.examples.size() < kTrialExamples) trial.examples.push_back(work);
      }
      if (trial.tested == kTrialMessages) return trial;
    }
    looked += found.size();
    if (found.size() < kChunk) break;
  }
  return trial;
}

}  // namespace sealgate::admin
