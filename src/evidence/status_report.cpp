#include "evidence/status_report.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"

namespace sealgate::evidence {
namespace {

using namespace messaging;

constexpr std::size_t kPage = 4096;
/// Messages under way that are remembered; of more than these, each is looked up on its own.
constexpr std::size_t kMaximumUnderWay = 100'000;

struct Word {
  As2Status status;
  std::string_view word;
  std::string_view sentence;
};
constexpr std::array kWords{
    Word{As2Status::Received, "received", "taken, no receipt was asked for"},
    Word{As2Status::ReceiptSent, "receipt-sent", "taken, the partner has the receipt"},
    Word{As2Status::ReceiptPending, "receipt-pending", "taken, the receipt has not been delivered yet"},
    Word{As2Status::ReceiptFailed, "receipt-failed", "taken, the partner's address does not take the receipt"},
    Word{As2Status::Refused, "refused", "not taken"},
    Word{As2Status::Sending, "sending", "not delivered yet"},
    Word{As2Status::NotSent, "not-sent", "not delivered, waits for a person"},
    Word{As2Status::Sent, "sent", "delivered, no receipt was asked for"},
    Word{As2Status::Waiting, "waiting", "delivered, waiting for the receipt"},
    Word{As2Status::Acknowledged, "acknowledged", "the partner acknowledged it"},
    Word{As2Status::Failed, "failed", "failed by the partner"},
    Word{As2Status::CheckDiffers, "check-differs", "the partner acknowledged other content"},
    Word{As2Status::ResendsExhausted, "resends-exhausted", "no receipt came, however often it was sent"},
};

std::string_view detail(const TrackingRecord& record, std::string_view name) {
  for (const auto& [key, value] : record.details) {
    if (key == name) return value;
  }
  return {};
}

/// What became of a message, out of its later records.
struct Fate {
  int sent = 0;
  int attempts = 0;
  int resends = 0;
  bool repeated = false;
  std::optional<Time> first_sent = {};
  std::optional<Time> last = {};  ///< of the newest record
  bool acknowledged = false;
  std::string failure = {};  ///< of the newest suspension, unless it went on since
  bool settled = false;      ///< the newest record that decides was seen
  std::string disposition = {}, mic = {}, mic_form = {};
};

/// What a partner said of the message for good, whatever else is recorded later.
bool is_final(std::string_view failure) {
  return failure == "hosts.as2-refused" || failure == "hosts.as2-mic-mismatch";
}

void take(std::string& into, std::string_view value) {
  if (into.empty()) into = value;
}

/// Records come the newest first: what is known already is newer.
void learn(Fate& fate, const TrackingRecord& record) {
  if (!fate.last && record.event != TrackingEvent::Repeated) fate.last = record.at;
  take(fate.disposition, detail(record, "as2.disposition"));
  take(fate.mic, detail(record, "as2.mic"));
  take(fate.mic_form, detail(record, "as2.mic_form"));
  switch (record.event) {
    case TrackingEvent::Sent:
      ++fate.sent;
      fate.first_sent = record.at;
      fate.settled = true;
      break;
    case TrackingEvent::Attempted:
      // A receipt that did not come in time is no transmission.
      if (detail(record, "failure") != "hosts.as2-no-receipt-yet") ++fate.attempts;
      break;
    case TrackingEvent::Acknowledged:
      fate.acknowledged = true;
      fate.settled = true;
      break;
    case TrackingEvent::Suspended:
      if (!fate.settled || is_final(detail(record, "failure"))) fate.failure = detail(record, "failure");
      fate.settled = true;
      break;
    case TrackingEvent::Resumed:
      fate.settled = true;
      break;
    case TrackingEvent::Resent:
      ++fate.resends;
      break;
    case TrackingEvent::Repeated:
      fate.repeated = true;
      break;
    default:
      break;
  }
}

As2Status status_of(const As2Row& row, const Fate& fate, const Fate* receipt, bool refused) {
  if (!row.sent) {
    if (refused) return As2Status::Refused;
    if (row.receipt_wanted.empty() && row.disposition.empty()) return As2Status::Received;
    if (receipt == nullptr || receipt->sent > 0) return As2Status::ReceiptSent;
    return receipt->failure.empty() ? As2Status::ReceiptPending : As2Status::ReceiptFailed;
  }
  if (fate.acknowledged) return As2Status::Acknowledged;
  if (fate.failure == "hosts.as2-refused") return As2Status::Failed;
  if (fate.failure == "hosts.as2-mic-mismatch") return As2Status::CheckDiffers;
  if (fate.failure == "hosts.as2-resends-exhausted") return As2Status::ResendsExhausted;
  if (fate.sent == 0) return fate.failure.empty() ? As2Status::Sending : As2Status::NotSent;
  return row.receipt_wanted.empty() ? As2Status::Sent : As2Status::Waiting;
}

bool fits(std::string_view wanted, std::string_view value) {
  return wanted.empty() || iequals(wanted, value);
}

std::string_view bare(std::string_view id) {
  return id.size() > 2 && id.starts_with('<') && id.ends_with('>') ? id.substr(1, id.size() - 2) : id;
}

bool fits(const As2Filter& filter, const As2Row& row) {
  if (filter.since && row.time < *filter.since) return false;
  if (filter.until && row.time >= *filter.until) return false;
  if (filter.before_record > 0 && row.record >= filter.before_record) return false;
  if (filter.sent && *filter.sent != row.sent) return false;
  if (filter.status && *filter.status != row.status) return false;
  if (!filter.message_id.empty() && bare(filter.message_id) != bare(row.message_id)) return false;
  return fits(filter.partner, row.party) && fits(filter.agreement, row.agreement) && fits(filter.from, row.from) &&
         fits(filter.to, row.to);
}

/// A message that no agreement's encoding came of (hosts/as2_archive.h, describe_unsent).
bool is_unsent(const TrackingRecord& record) {
  return record.event == TrackingEvent::Suspended && detail(record, "as2.direction") == "sent" &&
         detail(record, "as2.message_id").empty();
}

/// The record with which a message begins to be in the log.
bool begins(TrackingEvent event) {
  return event == TrackingEvent::Received || event == TrackingEvent::Refused || event == TrackingEvent::Unroutable;
}

class Reader {
 public:
  Reader(TrackingLog& log, const As2Filter& filter, const std::set<std::string>& left_out,
         const std::function<bool(const As2Row&)>& row)
      : log_(log), filter_(filter), left_out_(left_out), row_(row) {}

  Result<> run() {
    TrackingQuery query;
    query.from = filter_.since;
    query.newest_first = true;
    query.limit = kPage;
    for (;;) {
      SG_TRY_ASSIGN(const TrackingPage page, log_.search(query));
      for (const TrackingRecord& record : page.records) {
        SG_TRY_ASSIGN(const bool more, take_record(record));
        if (!more) return {};
      }
      if (page.next == 0) return {};
      query.after = page.next;
    }
  }

 private:
  Result<bool> take_record(const TrackingRecord& record) {
    if (is_unsent(record)) return take_unsent(record);
    if (record.event == TrackingEvent::Resumed && !record.work.empty()) went_on_.insert(record.work.text());
    if (!begins(record.event)) {
      remember(record);
      return true;
    }
    const std::string_view about = detail(record, "as2.receipt_for");
    if (about.empty() && detail(record, "as2.message_id").empty()) {
      under_way_.erase(record.message.text());
      return true;
    }
    SG_TRY_ASSIGN(const Fate fate, fate_of(record.message));
    if (!about.empty()) {
      // The receipt of a message in the same commit, which comes right after.
      Fate own = fate;
      own.disposition = detail(record, "receipt");
      if (receipts_.size() < kMaximumUnderWay) receipts_.insert_or_assign(std::string(about), std::move(own));
      return true;
    }
    const As2Row row = make_row(record, fate);
    if (left_out_.contains(row.agreement) || !fits(filter_, row)) return true;
    return row_(row);
  }

  /// It could not be encoded: until it goes on, there is no other message than this one to tell of.
  Result<bool> take_unsent(const TrackingRecord& record) {
    if (!went_on_.insert(record.work.text()).second) return true;
    Fate fate;
    learn(fate, record);
    const As2Row row = make_row(record, fate);
    if (left_out_.contains(row.agreement) || !fits(filter_, row)) return true;
    return row_(row);
  }

  void remember(const TrackingRecord& record) {
    const auto known = under_way_.find(record.message.text());
    if (known != under_way_.end()) return learn(known->second, record);
    if (under_way_.size() >= kMaximumUnderWay) {
      overflowed_ = true;
      return;
    }
    learn(under_way_[record.message.text()], record);
  }

  Result<Fate> fate_of(const MessageId& message) {
    if (auto known = under_way_.extract(message.text()); !known.empty() && !overflowed_) return known.mapped();
    Fate fate;
    if (!overflowed_) return fate;
    TrackingQuery query;
    query.message = message;
    query.newest_first = true;
    SG_TRY_ASSIGN(const TrackingPage page, log_.search(query));
    for (const TrackingRecord& record : page.records) {
      if (!begins(record.event)) learn(fate, record);
    }
    return fate;
  }

  As2Row make_row(const TrackingRecord& record, const Fate& fate) {
    As2Row row;
    row.record = record.sequence;
    row.time = record.at;
    row.sent = detail(record, "as2.direction") == "sent";
    row.message = record.message;
    // The party of a record is whose message it is; of what was sent the report tells who gets it.
    const std::string_view partner = detail(record, "as2.partner");
    row.party = partner.empty() ? record.party : std::string(partner);
    row.port = record.port;
    row.agreement = detail(record, "as2.agreement");
    row.from = detail(record, "as2.from");
    row.to = detail(record, "as2.to");
    row.message_id = detail(record, "as2.message_id");
    row.file = detail(record, "as2.file");
    row.bytes = detail(record, "bytes");
    const std::string_view protection = detail(record, "as2.protection");
    row.is_signed = protection.find("signed") != std::string_view::npos;
    row.encrypted = protection.find("encrypted") != std::string_view::npos;
    row.compressed = protection.find("compressed") != std::string_view::npos;
    row.receipt_wanted = detail(record, "as2.wanted");
    row.duplicate = fate.repeated || detail(record, "as2.duplicate") == "true";
    row.attempts = fate.sent + fate.attempts;
    row.resends = row.sent ? std::max(fate.resends, fate.sent - 1) : 0;
    row.disposition = row.sent ? fate.disposition : std::string(detail(record, "receipt"));
    row.mic = row.sent && !fate.mic.empty() ? fate.mic : std::string(detail(record, "as2.mic"));
    row.mic_form = fate.mic_form;
    row.failure = record.event == TrackingEvent::Refused ? std::string(detail(record, "failure")) : fate.failure;
    std::optional<Fate> receipt;
    if (const auto found = receipts_.find(row.message_id); found != receipts_.end() && !row.sent) {
      receipt = std::move(found->second);
      receipts_.erase(found);
      if (row.disposition.empty()) row.disposition = receipt->disposition;
    }
    row.status = status_of(row, fate, receipt ? &*receipt : nullptr, record.event == TrackingEvent::Refused);
    row.changed = receipt && receipt->last ? receipt->last : fate.last;
    if (row.status == As2Status::Waiting) row.changed = fate.first_sent;
    return row;
  }

  TrackingLog& log_;
  const As2Filter& filter_;
  const std::set<std::string>& left_out_;
  const std::function<bool(const As2Row&)>& row_;
  std::map<std::string, Fate, std::less<>> under_way_;
  std::map<std::string, Fate, std::less<>> receipts_;  ///< by the Message-ID that they are about
  std::set<std::string, std::less<>> went_on_;         ///< work that a person resumed, or that was told of
  bool overflowed_ = false;
};

}  // namespace

std::string_view to_string(As2Status status) {
  return std::ranges::find(kWords, status, &Word::status)->word;
}

std::optional<As2Status> parse_as2_status(std::string_view word) {
  const auto found = std::ranges::find(kWords, word, &Word::word);
  return found == kWords.end() ? std::nullopt : std::optional(found->status);
}

std::string_view explain(As2Status status) {
  return std::ranges::find(kWords, status, &Word::status)->sentence;
}

Result<> report_as2(TrackingLog& log, const As2Filter& filter, const std::set<std::string>& left_out,
                    const std::function<bool(const As2Row&)>& row) {
  return Reader(log, filter, left_out, row).run();
}

}  // namespace sealgate::evidence
