// Records as people read them at 3 a.m.

#include <algorithm>
#include <array>

#include "cli/table.h"
#include "cli/tracking_command.h"

namespace sealgate::cli {
namespace {

using messaging::TrackingRecord;

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

void print_journey(const std::vector<TrackingRecord>& records, bool with_messages, bool with_details) {
  std::vector<std::string> headings{"TIME", "EVENT", "PORT", "WHAT"};
  if (with_messages) headings.insert(headings.begin() + 1, "MESSAGE");
  std::vector<std::vector<std::string>> rows;
  for (const TrackingRecord& record : records) {
    std::vector<std::string> row{to_rfc3339(record.at), std::string(to_string(record.event)),
                                 record.port.empty() ? "-" : record.port, describe_step(record)};
    if (with_messages) row.insert(row.begin() + 1, record.message.text());
    rows.push_back(std::move(row));
  }
  print_table(headings, rows);
  if (!with_details) return;
  for (const TrackingRecord& record : records) {
    std::printf("\n");
    print_field("Record", std::to_string(record.sequence), Colour::Bold);
    print_field("Time", to_rfc3339(record.at));
    print_field("Event", std::string(to_string(record.event)));
    print_field("Message", record.message.text());
    for (const auto& [label, value] : {std::pair{"Delivery", record.work.text()}, std::pair{"Port", record.port},
                                       std::pair{"Party", record.party}, std::pair{"Instance", record.instance}}) {
      if (!value.empty()) print_field(label, value);
    }
    for (const auto& [name, value] : record.details) print_field("  " + name, value);
  }
}

}  // namespace sealgate::cli
