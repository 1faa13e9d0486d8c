#include "store/common/tracking/record_json.h"

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/hex.h"

namespace sealgate::store::tracking {
namespace {

using namespace messaging;
using Json = nlohmann::ordered_json;

std::optional<std::string> text_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<std::int64_t> number_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

std::optional<Time> time_of(const Json& json, const char* name) {
  const auto text = text_of(json, name);
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  return time ? std::optional(*time) : std::nullopt;
}

std::optional<Bytes> hash_of(const Json& json, const char* name) {
  const auto text = text_of(json, name);
  return text ? from_hex(*text) : std::nullopt;
}

}  // namespace

Json record_json(const TrackingRecord& record) {
  Json json;
  json["sequence"] = record.sequence;
  json["at"] = to_rfc3339(record.at);
  json["event"] = to_string(record.event);
  json["message"] = record.message.text();
  json["work"] = record.work.text();
  json["port"] = record.port;
  json["party"] = record.party;
  json["instance"] = record.instance;
  Json details = Json::array();
  for (const auto& [name, value] : record.details) details.push_back(Json::array({name, value}));
  json["details"] = std::move(details);
  return json;
}

Json seal_json(const TrackingSeal& seal) {
  Json json;
  json["number"] = seal.number;
  json["first"] = seal.first;
  json["count"] = seal.count;
  json["sealed"] = to_rfc3339(seal.sealed);
  json["previous"] = to_hex(seal.previous);
  json["hash"] = to_hex(seal.hash);
  return json;
}

std::optional<TrackingRecord> parse_record(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto sequence = number_of(json, "sequence");
  const auto at = time_of(json, "at");
  const auto event = text_of(json, "event");
  const auto kind = event ? parse_tracking_event(*event) : std::nullopt;
  const auto details = json.find("details");
  if (!sequence || !at || !kind || details == json.end() || !details->is_array()) return std::nullopt;
  TrackingRecord record;
  record.sequence = *sequence;
  record.at = *at;
  record.event = *kind;
  record.message = MessageId(text_of(json, "message").value_or(""));
  record.work = WorkId(text_of(json, "work").value_or(""));
  record.port = text_of(json, "port").value_or("");
  record.party = text_of(json, "party").value_or("");
  record.instance = text_of(json, "instance").value_or("");
  for (const Json& detail : *details) {
    if (!detail.is_array() || detail.size() != 2 || !detail[0].is_string() || !detail[1].is_string()) {
      return std::nullopt;
    }
    record.details.emplace_back(detail[0].get<std::string>(), detail[1].get<std::string>());
  }
  return record;
}

std::optional<TrackingSeal> parse_seal(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto number = number_of(json, "number");
  const auto first = number_of(json, "first");
  const auto count = number_of(json, "count");
  const auto sealed = time_of(json, "sealed");
  auto previous = hash_of(json, "previous");
  auto hash = hash_of(json, "hash");
  if (!number || !first || !count || !sealed || !previous || !hash) return std::nullopt;
  TrackingSeal seal;
  seal.number = *number;
  seal.first = *first;
  seal.count = *count;
  seal.sealed = *sealed;
  seal.previous = std::move(*previous);
  seal.hash = std::move(*hash);
  return seal;
}

}  // namespace sealgate::store::tracking
