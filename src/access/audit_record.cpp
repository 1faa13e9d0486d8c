#include "access/audit_record.h"

#include <nlohmann/json.hpp>

#include "access/errors.h"
#include "crypto/digest.h"

namespace sealgate::access {
namespace {

using Json = nlohmann::ordered_json;

std::string cut(const std::string& text) {
  if (text.size() <= kMaxAuditText) return text;
  std::size_t end = kMaxAuditText;
  // Not within a character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace

std::string encode(const AuditRecord& record) {
  Json json;
  json["at"] = to_rfc3339(record.at);
  json["who"] = cut(record.who);
  json["from"] = cut(record.from);
  json["action"] = cut(record.action);
  json["object"] = cut(record.object);
  if (!record.before.empty()) json["before"] = cut(record.before);
  if (!record.after.empty()) json["after"] = cut(record.after);
  json["outcome"] = cut(record.outcome);
  if (!record.details.empty()) {
    Json details = Json::array();
    for (const auto& [name, value] : record.details) {
      if (details.size() == kMaxAuditDetails) break;
      details.push_back({cut(name), cut(value)});
    }
    json["details"] = std::move(details);
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<AuditRecord> decode_audit_record(std::string_view stored) {
  const auto damaged = [] {
    return fail(kDamaged, "a record of the audit log is not what the gateway writes", "",
                "run 'sealgate audit-log verify'");
  };
  try {
    const Json json = Json::parse(stored);
    AuditRecord record;
    const auto at = parse_rfc3339(json.at("at").get<std::string>());
    if (!at) return damaged();
    record.at = *at;
    record.who = json.at("who").get<std::string>();
    record.from = json.at("from").get<std::string>();
    record.action = json.at("action").get<std::string>();
    record.object = json.at("object").get<std::string>();
    record.before = json.value("before", std::string());
    record.after = json.value("after", std::string());
    record.outcome = json.at("outcome").get<std::string>();
    if (json.contains("details")) {
      for (const Json& one : json.at("details")) {
        record.details.emplace_back(one.at(0).get<std::string>(), one.at(1).get<std::string>());
      }
    }
    return record;
  } catch (const Json::exception&) {
    return damaged();
  }
}

Result<AuditEntry> chain(const AuditEntry& previous, std::string record) {
  AuditEntry next{previous.sequence + 1, std::move(record), {}};
  crypto::Digest digest(crypto::DigestAlgorithm::Sha256);
  digest.update("sealgate audit 1\n");
  digest.update(previous.hash);
  Bytes sequence;
  for (int shift = 56; shift >= 0; shift -= 8) sequence.push_back(static_cast<Byte>(next.sequence >> shift));
  digest.update(sequence);
  digest.update(next.record);
  SG_TRY_ASSIGN(const crypto::DigestValue value, digest.finish());
  next.hash.assign(value.view().begin(), value.view().end());
  return next;
}

AuditRecord damaged_audit_record() {
  return {{}, "?", "?", "?", "damaged record", {}, {}, std::string(kDamaged.id), {}};
}

std::string audit_digest(std::string_view document) {
  if (document.empty()) return {};
  const auto value = crypto::digest(crypto::DigestAlgorithm::Sha256, as_bytes(document));
  return value ? to_hex(value->view()) : std::string();
}

}  // namespace sealgate::access
