// Who asks, and the description itself.

#include <nlohmann/json.hpp>

#include "api/operations/operations.h"
#include "api/problem.h"

namespace sealgate::api {

void add_session(Actions& actions) {
  actions["getDescription"] = [](Call&) -> Result<net::HttpResponse> {
    return answer(200, "application/yaml", std::string(description_text()));
  };
  actions["getSession"] = [](Call& call) -> Result<net::HttpResponse> {
    nlohmann::ordered_json words = nlohmann::ordered_json::array();
    for (const Permission one : access::kPermissions) {
      if (call.caller.allows(one)) words.push_back(to_string(one));
    }
    return json_answer(200, {{"name", call.caller.name()}, {"permissions", std::move(words)}});
  };
}

Actions make_actions(const std::shared_ptr<Services>& services, const Live& live) {
  Actions actions;
  add_session(actions);
  add_artifacts(actions, services);
  add_apply(actions, services);
  add_ports(actions, services);
  add_status(actions, services, live);
  add_messages(actions, services);
  add_suspended(actions, services);
  add_tracking(actions, services);
  add_certificates(actions, services);
  add_import(actions, services);
  add_foresight(actions, services);
  return actions;
}

}  // namespace sealgate::api
