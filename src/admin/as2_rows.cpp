#include "admin/as2_rows.h"

#include <nlohmann/json.hpp>

#include "evidence/csv.h"

namespace sealgate::admin {
namespace {

using evidence::As2Row;

std::string yes(bool value) {
  return value ? "yes" : "no";
}

const std::vector<std::string> kColumns{
    "record",     "time",      "direction",    "agreement",   "partner",   "as2_from",   "as2_to",
    "message_id", "file_name", "bytes",        "signed",      "encrypted", "compressed", "receipt_asked_for",
    "status",     "meaning",   "status_since", "disposition", "mic",       "mic_form",   "transmissions",
    "resends",    "duplicate", "failure",      "message"};

std::vector<std::string> cells_of(const As2Row& row) {
  return {std::to_string(row.record),
          to_rfc3339(row.time),
          row.sent ? "sent" : "received",
          row.agreement,
          row.party,
          row.from,
          row.to,
          row.message_id,
          row.file,
          row.bytes,
          yes(row.is_signed),
          yes(row.encrypted),
          yes(row.compressed),
          row.receipt_wanted.empty() ? "no" : row.receipt_wanted,
          std::string(to_string(row.status)),
          std::string(explain(row.status)),
          row.changed ? to_rfc3339(*row.changed) : std::string(),
          row.disposition,
          row.mic,
          row.mic_form,
          std::to_string(row.attempts),
          std::to_string(row.resends),
          yes(row.duplicate),
          row.failure,
          row.message.text()};
}

}  // namespace

nlohmann::ordered_json as2_json(const As2Row& row) {
  const auto cells = cells_of(row);
  nlohmann::ordered_json json;
  for (std::size_t i = 0; i < cells.size(); ++i) json[kColumns[i]] = cells[i];
  json["record"] = row.record;
  json["transmissions"] = row.attempts;
  json["resends"] = row.resends;
  for (const auto& [name, value] : {std::pair{"signed", row.is_signed},
                                    {"encrypted", row.encrypted},
                                    {"compressed", row.compressed},
                                    {"duplicate", row.duplicate}}) {
    json[name] = value;
  }
  return json;
}
std::string as2_csv_heading() {
  return evidence::csv_line(kColumns);
}

std::string as2_csv_line(const As2Row& row) {
  return evidence::csv_line(cells_of(row));
}

Result<std::set<std::string>> agreements_left_out(artifacts::ArtifactStore& store) {
  SG_TRY_ASSIGN(const artifacts::Snapshot snapshot, store.load());
  std::set<std::string> names;
  for (const artifacts::Agreement& agreement : snapshot.set.agreements) {
    if (!agreement.reporting) names.insert(agreement.name);
  }
  return names;
}

}  // namespace sealgate::admin
