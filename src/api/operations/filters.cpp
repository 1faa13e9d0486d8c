// Filters tried on messages that are there.

#include "api/operations/filter_words.h"

#include <nlohmann/json.hpp>

#include "admin/message_search.h"
#include "admin/work.h"
#include "api/operations/operations.h"
#include "api/problem.h"

namespace sealgate::api {
namespace {

using namespace messaging;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

Result<net::HttpResponse> test_filter(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const Filter filter, filter_of(call, call.json->at("filter").get<std::string>(), "filter"));
  MessageBox& box = services->store().box();
  Json json{{"filter", to_text(filter)}};
  if (const std::string id = call.json->value("message", ""); !id.empty()) {
    SG_TRY_ASSIGN(const auto work, admin::find_work(box, id));
    SG_TRY_ASSIGN(const Message message, box.load(work.front().message));
    json["message"] = filter_against(filter, message.context, context_view_of(call));
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

void add_filters(Actions& actions, const Shared& services) {
  actions["testFilter"] = [services](Call& call) { return test_filter(services, call); };
}

}  // namespace sealgate::api
