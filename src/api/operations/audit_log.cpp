// The log of who did what: read, verified, taken along.

#include <nlohmann/json.hpp>

#include "access/errors.h"
#include "api/errors.h"
#include "api/operations/files.h"
#include "api/operations/operations.h"
#include "api/paging.h"
#include "api/problem.h"
#include "base/hex.h"

namespace sealgate::api {
namespace {

using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

constexpr std::size_t kExportedAtOnce = 500;

access::AuditFilter filter_of(const Call& call) {
  const Parameters& given = call.parameters;
  return {given.time("from"),
          given.time("until"),
          given.text_or_empty("user"),
          given.text_or_empty("action"),
          given.text_or_empty("object"),
          given.flag("refused")};
}

Json record_json(std::int64_t number, const access::AuditRecord& record) {
  Json details = Json::array();
  for (const auto& [name, value] : record.details) details.push_back({{"name", name}, {"value", value}});
  return {
      {"number", number},          {"at", to_rfc3339(record.at)},  {"who", record.who},       {"from", record.from},
      {"action", record.action},   {"object", record.object},      {"before", record.before}, {"after", record.after},
      {"outcome", record.outcome}, {"details", std::move(details)}};
}

Result<net::HttpResponse> list(access::Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const std::int64_t before, cursor_number(call, 0));
  SG_TRY_ASSIGN(const auto page, gate.audit().list(filter_of(call), before, limit_of(call)));
  Json json{{"items", Json::array()}};
  for (const auto& one : page.records) json["items"].push_back(record_json(one.sequence, one.record));
  if (page.next != 0) json["next"] = make_cursor(call, std::to_string(page.next));
  return json_answer(200, json);
}

Result<net::HttpResponse> get(access::Gate& gate, Call& call) {
  SG_TRY_ASSIGN(const auto entry, gate.audit().show(call.parameters.number("number").value_or(0)));
  const auto record = access::decode_audit_record(entry.record);
  // What somebody spoilt is shown as it is stored; verifying tells of it.
  return json_answer(200, {{"record", record_json(entry.sequence, record.value_or(access::damaged_audit_record()))},
                           {"stored", entry.record},
                           {"hash", to_hex(entry.hash)}});
}

Result<net::HttpResponse> verify(access::Gate& gate, Call& call) {
  const auto given = call.parameters.text("anchor");
  const auto anchor = from_hex(given.value_or(""));
  if (!anchor) {
    return fail(kBadParameter, "the anchor is no SHA-256", "anchor", "give 64 hexadecimal digits");
  }
  SG_TRY_ASSIGN(const auto verdict, gate.audit().verify(*anchor));
  return json_answer(200, {{"holds", verdict.first_bad == 0},
                           {"records", verdict.records},
                           {"first_bad", verdict.first_bad == 0 ? Json() : Json(verdict.first_bad)},
                           {"reason", verdict.reason},
                           {"head", to_hex(verdict.head.hash)},
                           {"anchor", given ? Json(verdict.found_anchor) : Json()}});
}

Result<> write_line(Sink& sink, const access::AuditEntry& entry) {
  // The record as text, so that its hash can be computed from it as it is.
  const Json line{{"number", entry.sequence}, {"hash", to_hex(entry.hash)}, {"record", entry.record}};
  const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return sink.write(as_bytes(text));
}

Result<net::HttpResponse> export_all(const Shared& services, access::Gate& gate, Call& call) {
  const access::AuditFilter filter = filter_of(call);
  SG_TRY(gate.audit().record(call.caller, {"audit-log.export", "audit log", {}, {}, {}}));
  return content_answer(*services, "application/x-ndjson", "audit-log.ndjson", [&](Sink& sink) -> Result<> {
    for (std::int64_t after = 0;;) {
      SG_TRY_ASSIGN(const auto entries, gate.audit().entries(after, kExportedAtOnce));
      for (const access::AuditEntry& entry : entries) {
        after = entry.sequence;
        const auto record = access::decode_audit_record(entry.record);
        if (access::passes(filter, record.value_or(access::damaged_audit_record()))) {
          SG_TRY(write_line(sink, entry));
        }
      }
      if (entries.size() < kExportedAtOnce) return {};
    }
  });
}

}  // namespace

void add_audit_log(Actions& actions, const Shared& services, access::Gate& gate) {
  actions["listAuditLog"] = [&gate](Call& call) { return list(gate, call); };
  actions["getAuditRecord"] = [&gate](Call& call) { return get(gate, call); };
  actions["verifyAuditLog"] = [&gate](Call& call) { return verify(gate, call); };
  actions["exportAuditLog"] = [services, &gate](Call& call) { return export_all(services, gate, call); };
}

}  // namespace sealgate::api
