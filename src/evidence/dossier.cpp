#include "evidence/dossier.h"

#include <algorithm>
#include <ranges>
#include <set>

#include "base/hex.h"
#include "evidence/errors.h"

namespace sealgate::evidence {
namespace {

using namespace messaging;

constexpr std::size_t kMaximumRecords = 10'000;

std::string detail(const TrackingRecord& record, std::string_view name) {
  for (const auto& [key, value] : record.details) {
    if (key == name) return value;
  }
  return {};
}

Result<std::vector<TrackingRecord>> find(TrackingLog& log, TrackingQuery query) {
  std::vector<TrackingRecord> found;
  for (;;) {
    query.limit = kMaximumRecords - found.size();
    SG_TRY_ASSIGN(TrackingPage page, log.search(query));
    std::ranges::move(page.records, std::back_inserter(found));
    if (page.next == 0 || found.size() >= kMaximumRecords) return found;
    query.after = page.next;
  }
}

Result<std::vector<TrackingRecord>> find_detail(TrackingLog& log, std::string name, std::string value) {
  TrackingQuery query;
  query.details.emplace_back(std::move(name), std::move(value));
  return find(log, std::move(query));
}

bool is_taken(const TrackingRecord& record) {
  return record.event == TrackingEvent::Received || record.event == TrackingEvent::Sent ||
         record.event == TrackingEvent::Unroutable;
}

/// The message that an AS2 Message-ID names: of several the one that was taken or sent, not one that was refused.
Result<MessageId> message_of(TrackingLog& log, const std::string& as2_id) {
  const std::string bare = as2_id.starts_with('<') && as2_id.ends_with('>') && as2_id.size() > 2
                               ? as2_id.substr(1, as2_id.size() - 2)
                               : as2_id;
  std::vector<TrackingRecord> records;
  for (const std::string& spelling : {as2_id, "<" + bare + ">", bare}) {
    SG_TRY_ASSIGN(records, find_detail(log, "as2.message_id", spelling));
    if (!records.empty()) break;
  }
  std::set<MessageId> all;
  std::set<MessageId> taken;
  for (const TrackingRecord& record : records) {
    all.insert(record.message);
    if (is_taken(record)) taken.insert(record.message);
  }
  const std::set<MessageId>& candidates = taken.empty() ? all : taken;
  if (candidates.empty()) {
    return fail(kNothingKnown, "the tracking log knows no message and no AS2 message of this id", as2_id,
                "look for it with 'sealgate report as2'; it may be in an archive of the log, or its port is not "
                "tracked");
  }
  if (candidates.size() == 1) return *candidates.begin();
  std::string ids;
  for (const MessageId& one : candidates | std::views::take(5)) ids += (ids.empty() ? "" : ", ") + one.text();
  return fail(kAmbiguous, "several messages have this Message-ID: " + ids, as2_id, "give the id of one of them");
}

Result<std::vector<TrackingRecord>> records_of(TrackingLog& log, const MessageId& message) {
  TrackingQuery query;
  query.message = message;
  return find(log, std::move(query));
}

/// A document that went out by AS2 has its story in the message that it was encoded as.
Result<MessageId> encoded_as(const MessageId& message, const std::vector<TrackingRecord>& records) {
  std::set<std::string> encoded;
  for (const TrackingRecord& record : records) {
    std::string other = detail(record, "as2.encoded_as");
    if (other.empty() && !detail(record, "as2.message_id").empty()) return message;
    if (!other.empty()) encoded.insert(std::move(other));
  }
  if (encoded.empty()) return message;
  if (encoded.size() == 1) return MessageId(*encoded.begin());
  std::string ids;
  for (const std::string& one : encoded | std::views::take(5)) ids += (ids.empty() ? "" : ", ") + one;
  return fail(kAmbiguous, "the document was sent as several messages: " + ids, message.text(),
              "give the id of one of them");
}

Result<MessageId> named_by(TrackingLog& log, const std::string& id) {
  const auto uuid = parse_uuid(id);
  if (!uuid) return message_of(log, id);
  SG_TRY_ASSIGN(const auto records, records_of(log, MessageId(*uuid)));
  if (!records.empty()) return encoded_as(MessageId(*uuid), records);
  TrackingQuery of_work;
  of_work.work = WorkId(*uuid);
  SG_TRY_ASSIGN(const auto found, find(log, of_work));
  if (found.empty()) return message_of(log, id);
  const MessageId message = found.front().message;
  SG_TRY_ASSIGN(const auto all, records_of(log, message));
  return encoded_as(message, all);
}

void collect_kept(Dossier& dossier) {
  for (const TrackingRecord& record : dossier.records) {
    for (const auto& [name, value] : record.details) {
      if (!name.starts_with(kTrackedBodyPrefix)) continue;
      auto sha256 = from_hex(value);
      if (!sha256 || sha256->size() != 32) continue;
      dossier.kept.push_back(
          {name.substr(kTrackedBodyPrefix.size()), std::move(*sha256), record.sequence, record.at});
    }
  }
}

}  // namespace

std::string Dossier::fact(std::string_view name) const {
  for (const TrackingRecord& record : std::ranges::reverse_view(records)) {
    if (std::string value = detail(record, name); !value.empty()) return value;
  }
  return {};
}

std::string Dossier::first_fact(std::string_view name) const {
  for (const TrackingRecord& record : records) {
    if (std::string value = detail(record, name); !value.empty()) return value;
  }
  return {};
}

std::vector<const Kept*> Dossier::kept_at(std::string_view point) const {
  std::vector<const Kept*> found;
  for (const Kept& one : kept) {
    if (one.point == point) found.push_back(&one);
  }
  return found;
}

const Kept* Dossier::first_kept(std::string_view point) const {
  const auto found = std::ranges::find(kept, point, &Kept::point);
  return found == kept.end() ? nullptr : &*found;
}

Result<Dossier> find_dossier(TrackingLog& log, const std::string& id) {
  Dossier dossier;
  SG_TRY_ASSIGN(dossier.message, named_by(log, id));
  SG_TRY_ASSIGN(dossier.records, records_of(log, dossier.message));
  std::set<std::string> as2_ids;
  for (const TrackingRecord& record : dossier.records) {
    std::string as2_id = detail(record, "as2.message_id");
    if (as2_id.empty()) continue;
    dossier.refused = dossier.refused || record.event == TrackingEvent::Refused;
    dossier.sent = dossier.sent || detail(record, "as2.direction") == "sent";
    as2_ids.insert(std::move(as2_id));
  }
  // Its receipt in a connection of its own is a message of its own.
  for (const std::string& as2_id : as2_ids) {
    SG_TRY_ASSIGN(auto receipts, find_detail(log, "as2.receipt_for", as2_id));
    for (const TrackingRecord& receipt : receipts) {
      SG_TRY_ASSIGN(auto journey, records_of(log, receipt.message));
      std::ranges::move(journey, std::back_inserter(dossier.records));
    }
  }
  std::ranges::sort(dossier.records, {}, &TrackingRecord::sequence);
  const auto repeated = std::ranges::unique(dossier.records, {}, &TrackingRecord::sequence);
  dossier.records.erase(repeated.begin(), repeated.end());
  collect_kept(dossier);
  return dossier;
}

}  // namespace sealgate::evidence
