#include "admin/tracking_words.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>

#include "messaging/errors.h"
#include "store/common/tracking/record_json.h"

namespace sealgate::admin {

using namespace messaging;

namespace {

/// How a detail is said, with $ for its value. Without words it is left to --details.
struct Phrase {
  std::string_view name;
  std::string_view words;
};
constexpr std::array kPhrases = {
    Phrase{"location", "by $"},
    Phrase{"transport", ""},
    Phrase{"address", "at $"},
    Phrase{"remote_address", "from $"},
    Phrase{"client.thumbprint", "client certificate $"},
    Phrase{"file", "file $"},
    Phrase{"delivery_id", ""},
    Phrase{"bytes", "$ bytes"},
    Phrase{"sha256", ""},
    Phrase{"layer", "$"},
    Phrase{"decryption.thumbprint", "opened with $"},
    Phrase{"signer", "signed by $"},
    Phrase{"signer.thumbprint", ""},
    Phrase{"signer.digest", ""},
    Phrase{"signer.result", "signature $"},
    Phrase{"signing.thumbprint", "signed with $"},
    Phrase{"signing.digest", ""},
    Phrase{"encryption.thumbprint", "encrypted for $"},
    Phrase{"cipher", ""},
    Phrase{"type", "type $"},
    Phrase{"interchange", ""},
    Phrase{"content.file", "holding $"},
    Phrase{"content.bytes", ""},
    Phrase{"content.sha256", ""},
    Phrase{"from", "resumed from $"},
    Phrase{"matched", "for $"},
    Phrase{"attempt", "attempt $"},
    Phrase{"by", "$"},
    Phrase{"status", "status $"},
    Phrase{"failure", "because of $"},
    Phrase{"operator", "by $"},
    Phrase{"over", "by itself, since $ is over"},
    Phrase{"original", "of $"},
};

std::string said(std::string_view words, const std::string& value) {
  const auto at = words.find('$');
  return std::string(words.substr(0, at)) + value + std::string(words.substr(at + 1));
}

std::string step_phrase(const std::string& name, const std::string& value) {
  if (name.starts_with(messaging::kTrackedBodyPrefix)) {
    return "body kept " + name.substr(messaging::kTrackedBodyPrefix.size());
  }
  const auto known = std::ranges::find(kPhrases, name, &Phrase::name);
  if (known == kPhrases.end()) return name + " " + value;
  return known->words.empty() ? std::string() : said(known->words, value);
}

}  // namespace

std::string describe_step(const TrackingRecord& record) {
  std::string text = record.party.empty() ? std::string() : record.party;
  std::string previous;
  for (const auto& [name, value] : record.details) {
    const std::string phrase = step_phrase(name, value);
    if (phrase.empty() || phrase == previous) continue;
    text += (text.empty() ? "" : ", ") + phrase;
    previous = phrase;
  }
  return text.empty() ? "-" : text;
}

nlohmann::ordered_json step_json(const TrackingRecord& record) {
  nlohmann::ordered_json json = store::tracking::record_json(record);
  json["words"] = describe_step(record);
  return json;
}

Result<std::vector<TrackingRecord>> find_records(TrackingLog& log, TrackingQuery query, std::size_t limit) {
  std::vector<TrackingRecord> found;
  for (;;) {
    query.limit = limit - found.size();
    SG_TRY_ASSIGN(TrackingPage page, log.search(query));
    std::ranges::move(page.records, std::back_inserter(found));
    if (page.next == 0 || found.size() >= limit) return found;
    query.after = page.next;
  }
}

Result<std::vector<TrackingRecord>> find_journey(TrackingLog& log, const std::string& text) {
  SG_TRY_ASSIGN(const std::string id, parse_uuid(text));
  SG_TRY_ASSIGN(auto records, log.journey(MessageId(id)));
  // A delivery is mentioned where it was sent once more, which is not the journey of its message.
  const auto is_of = [&](const TrackingRecord& record) { return record.message.text() == id; };
  if (std::ranges::any_of(records, is_of)) return records;
  TrackingQuery query;
  query.work = WorkId(id);
  SG_TRY_ASSIGN(const auto of_work, find_records(log, query, 1));
  if (!of_work.empty()) return log.journey(of_work.front().message);
  if (records.empty()) {
    return fail(kNoSuchMessage, "the tracking log knows no such message or delivery", id,
                "look for it with 'sealgate tracking list'; it may be in an archive, or its port is not tracked");
  }
  return records;
}

}  // namespace sealgate::admin
