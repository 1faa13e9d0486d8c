#include "api/operations/filter_words.h"

#include <nlohmann/json.hpp>

#include "api/errors.h"
#include "messaging/errors.h"

namespace sealgate::api {

using namespace messaging;
using Json = nlohmann::ordered_json;

admin::ContextView context_view_of(const Call& call) {
  return call.caller.allows(Permission::ViewBody) ? admin::ContextView::Everything : admin::ContextView::Envelope;
}

Json filter_against(const Filter& filter, const MessageContext& context, admin::ContextView view) {
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

Result<Filter> filter_of(const Call& call, const std::string& text, const std::string& where) {
  // A wrong parameter is a wrong request; in a body it is its content that is wrong.
  const ErrorCode code = call.json == nullptr ? kBadParameter : kBadFilter;
  auto filter = parse_filter(text);
  if (!filter) return fail(code, filter.error().what, where + ", " + filter.error().where, filter.error().remedy);
  const auto view = context_view_of(call);
  for (const FilterGroup& group : filter->groups) {
    for (const FilterStatement& statement : group) {
      if (!admin::is_hidden(statement.property, view)) continue;
      return fail(kForbidden, "the values of " + statement.property + " are not for you to see", where,
                  "ask somebody with the permission view-body, or leave this statement out");
    }
  }
  return filter;
}

}  // namespace sealgate::api
