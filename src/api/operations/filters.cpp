// Filters tried on messages that are there.

#include "api/operations/filters.h"

#include <nlohmann/json.hpp>

#include "admin/message_search.h"
#include "admin/work.h"
#include "api/errors.h"
#include "api/operations/operations.h"
#include "api/problem.h"
#include "messaging/errors.h"

namespace sealgate::api {
namespace {

using namespace messaging;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

admin::ContextView view_of(const Call& call) {
  return call.caller.allows(Permission::ViewBody) ? admin::ContextView::Everything : admin::ContextView::Envelope;
}

/// Each statement, whether it holds, and what the message has.
Json against(const Filter& filter, const MessageContext& context, admin::ContextView view) {
  Json groups = Json::array();
  for (const FilterGroup& group : filter.groups) {
    Json statements = Json::array();
    for (const FilterStatement& statement : group) {
      Json json{{"statement", to_text(Filter{{{statement}}})}, {"holds", matches(statement, context)}};
      if (const Property* property = context.find(statement.property)) {
        json["value"] = admin::shown_value(statement.property, property->value, view);
        json["promoted"] = property->promoted;
      }
      statements.push_back(std::move(json));
    }
    groups.push_back(std::move(statements));
  }
  return {
      {"matches", matches(filter, context)}, {"explanation", explain_mismatch(filter, context)}, {"groups", groups}};
}

Result<net::HttpResponse> test_filter(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const Filter filter, filter_of(call, call.json->at("filter").get<std::string>(), "filter"));
  MessageBox& box = services->store().box();
  Json json{{"filter", to_text(filter)}};
  if (const std::string id = call.json->value("message", ""); !id.empty()) {
    SG_TRY_ASSIGN(const auto work, admin::find_work(box, id));
    SG_TRY_ASSIGN(const Message message, box.load(work.front().message));
    json["message"] = against(filter, message.context, view_of(call));
    return json_answer(200, json);
  }
  SG_TRY_ASSIGN(const auto trial, admin::try_filter(box, filter));
  json["tested"] = trial.tested;
  json["matched"] = trial.matched;
  if (trial.oldest) json["oldest"] = to_rfc3339(*trial.oldest);
  json["examples"] = Json::array();
  for (const WorkSummary& one : trial.examples) {
    json["examples"].push_back(
        {{"message", one.message.text()}, {"party", one.party}, {"created", to_rfc3339(one.created)}});
  }
  return json_answer(200, json);
}

}  // namespace

Result<Filter> filter_of(const Call& call, const std::string& text, const std::string& where) {
  // A wrong parameter is a wrong request; in a body it is its content that is wrong.
  const ErrorCode code = call.json == nullptr ? kBadParameter : kBadFilter;
  auto filter = parse_filter(text);
  if (!filter) return fail(code, filter.error().what, where + ", " + filter.error().where, filter.error().remedy);
  const auto view = view_of(call);
  for (const FilterGroup& group : filter->groups) {
    for (const FilterStatement& statement : group) {
      if (!admin::is_hidden(statement.property, view)) continue;
      return fail(kForbidden, "the values of " + statement.property + " are not for you to see", where,
                  "ask somebody with the permission view-body, or leave this statement out");
    }
  }
  return filter;
}

void add_filters(Actions& actions, const Shared& services) {
  actions["testFilter"] = [services](Call& call) { return test_filter(services, call); };
}

}  // namespace sealgate::api
