// How the group is, what changes, and who runs it.

#include <nlohmann/json.hpp>

#include "api/door.h"
#include "api/operations/operations.h"
#include "api/problem.h"

namespace sealgate::api {
namespace {

using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

Result<net::HttpResponse> list_instances(const Shared& services) {
  messaging::Cluster& cluster = services->store().cluster();
  SG_TRY_ASSIGN(const auto members, cluster.members());
  SG_TRY_ASSIGN(const auto leases, cluster.leases());
  const Time now = services->now();
  Json items = Json::array();
  for (const messaging::Instance& one : members) {
    Json held = Json::array();
    for (const messaging::NamedLease& lease : leases) {
      if (!lease.life.empty() && lease.life == one.life) held.push_back(lease.name);
    }
    items.push_back({{"name", one.name},
                     {"state", now - one.seen < messaging::kInstanceTimeout ? "alive" : "silent"},
                     {"address", one.address},
                     {"version", one.version},
                     {"configuration", one.configuration},
                     {"certificates", one.certificates},
                     {"joined", to_rfc3339(one.joined)},
                     {"seen", to_rfc3339(one.seen)},
                     {"leases", std::move(held)}});
  }
  return json_answer(200, {{"items", std::move(items)}});
}

}  // namespace

void add_status(Actions& actions, const Shared& services, const Live& live, access::Gate& gate) {
  actions["listHostInstances"] = [services](Call&) { return list_instances(services); };
  actions["getStatus"] = [live](Call&) -> Result<net::HttpResponse> {
    SG_TRY_ASSIGN(const auto state, live.board->look());
    return answer(200, "application/json", state->status + "\n");
  };
  actions["followEvents"] = [live, &gate](Call& call) {
    EventHub::Request listening;
    listening.last_id = call.parameters.text_or_empty("Last-Event-ID");
    listening.once = call.parameters.flag("once");
    // Until the session ends or the token is taken back.
    listening.allowed = [&gate, request = call.request] {
      const auto who = Door(gate).identify(request);
      return who && who->allows(Permission::View);
    };
    return live.events->follow(std::move(listening));
  };
}

}  // namespace sealgate::api
