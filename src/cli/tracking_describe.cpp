// Records as people read them at 3 a.m.

#include <cstdio>

#include "admin/tracking_words.h"
#include "cli/table.h"
#include "cli/tracking_command.h"

namespace sealgate::cli {
using messaging::TrackingRecord;

void print_journey(const std::vector<TrackingRecord>& records, bool with_messages, bool with_details) {
  std::vector<std::string> headings{"TIME", "EVENT", "PORT", "WHAT"};
  if (with_messages) headings.insert(headings.begin() + 1, "MESSAGE");
  std::vector<std::vector<std::string>> rows;
  for (const TrackingRecord& record : records) {
    std::vector<std::string> row{to_rfc3339(record.at), std::string(to_string(record.event)),
                                 record.port.empty() ? "-" : record.port, admin::describe_step(record)};
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
