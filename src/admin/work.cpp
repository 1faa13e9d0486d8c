#include "admin/work.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "hosts/errors.h"
#include "messaging/errors.h"
#include "messaging/property_names.h"

namespace sealgate::admin {

using namespace messaging;

namespace {

/// Of reserved names, too, these can hold what a partner wrote for somebody's eyes only.
constexpr std::array kOfContent{names::kHttpInboundHeaders, names::kHttpUserHeaders, names::kHttpMimeEntity,
                                names::kHttpQueryString,    names::kSoapFaultReason, names::kSoapFaultDetail,
                                names::kAs2SentHeaders};

bool is_of_content(std::string_view name) {
  return !is_reserved_namespace(name) || std::ranges::find(kOfContent, name) != kOfContent.end();
}

}  // namespace

Result<std::vector<WorkSummary>> find_work(MessageBox& box, const std::string& id) {
  SG_TRY_ASSIGN(const std::string uuid, parse_uuid(id));
  auto single = box.show(WorkId(uuid));
  if (single) return std::vector<WorkSummary>{std::move(*single)};
  if (!(single.error().code == kNoSuchWork)) return fail(single.error());
  ListQuery query;
  query.message = MessageId(uuid);
  SG_TRY_ASSIGN(auto all, box.list(query));
  if (all.empty()) return fail(single.error());
  return all;
}

std::string_view fate_word(const WorkSummary& summary) {
  if (summary.kind != WorkKind::Await) return {};
  switch (summary.state) {
    case WorkState::Ready:
    case WorkState::Active:
    case WorkState::Retrying:
    case WorkState::Scheduled:
      return "waiting for MDN";
    case WorkState::Completed:
      return "acknowledged";
    case WorkState::Suspended:
      if (summary.failure && summary.failure->code == hosts::kAs2ResendsExhausted.id) return "resend exhausted";
      return summary.failure && !summary.failure->resumable ? "failed by partner" : "";
    case WorkState::Terminated:
      break;
  }
  return {};
}

std::string_view transport_word(const WorkSummary& summary) {
  return summary.transport == 0 ? "primary" : "backup";
}

nlohmann::ordered_json work_json(const WorkSummary& summary) {
  nlohmann::ordered_json json;
  json["id"] = summary.id.text();
  json["message"] = summary.message.text();
  json["kind"] = to_string(summary.kind);
  json["state"] = to_string(summary.state);
  if (const auto fate = fate_word(summary); !fate.empty()) json["fate"] = fate;
  json["port"] = summary.port;
  json["party"] = summary.party;
  json["message_type"] = summary.message_type;
  json["size"] = summary.size;
  json["attempts"] = summary.attempts;
  json["transport"] = transport_word(summary);
  json["priority"] = summary.priority;
  json["ordered"] = summary.ordered;
  json["created"] = to_rfc3339(summary.created);
  json["changed"] = to_rfc3339(summary.changed);
  if (summary.due) json["due"] = to_rfc3339(*summary.due);
  if (!summary.owner.empty()) json["owner"] = summary.owner;
  if (summary.failure) {
    json["failure"] = {{"code", summary.failure->code},
                       {"text", summary.failure->text},
                       {"remedy", summary.failure->remedy},
                       {"resumable", summary.failure->resumable}};
  }
  return json;
}

bool is_hidden(const std::string& name, ContextView view) {
  return is_confidential(name) || (view == ContextView::Envelope && is_of_content(name));
}

std::string shown_value(const std::string& name, const PropertyValue& value, ContextView view) {
  return is_hidden(name, view) ? "(hidden)" : to_text(value);
}

nlohmann::ordered_json message_json(const Message& message, ContextView view) {
  nlohmann::ordered_json json;
  json["id"] = message.id.text();
  nlohmann::ordered_json context = nlohmann::ordered_json::array();
  for (const auto* entry : message.context.sorted()) {
    const auto& property = entry->property;
    const std::string name(entry->name.text());
    context.push_back({{"name", name},
                       {"type", to_string(type_of(property.value))},
                       {"value", shown_value(name, property.value, view)},
                       {"promoted", property.promoted}});
  }
  json["context"] = std::move(context);
  nlohmann::ordered_json parts = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const Part& part = message.parts[i];
    parts.push_back({{"index", i + 1},
                     {"body", i == message.body_index},
                     {"name", part.name},
                     {"content_type", part.content_type},
                     {"file_name", part.file_name},
                     {"bytes", part.body->size()},
                     {"sha256", to_hex(part.body->sha256())}});
  }
  json["parts"] = std::move(parts);
  return json;
}

}  // namespace sealgate::admin
