// Looks at somebody's TLS server.

#include <nlohmann/json.hpp>

#include "admin/tls_probe.h"
#include "api/operations/one_at_a_time.h"
#include "api/operations/operations.h"
#include "api/problem.h"

namespace sealgate::api {
namespace {

using Shared = std::shared_ptr<Services>;

constexpr std::size_t kProbesPerMinute = 20;

Result<net::HttpResponse> probe_server(const Shared& services, OneAtATime& turnstile, Call& call) {
  admin::ProbeRequest request;
  request.url = call.parameters.text_or_empty("url");
  request.port = call.parameters.text_or_empty("port");
  if (request.url.empty() == request.port.empty()) {
    return fail(kBadParameter, "either an address is probed or a send port", "url", "give one of url and port");
  }
  request.server_name = call.parameters.text_or_empty("server-name");
  request.step = std::chrono::seconds(call.parameters.number("timeout").value_or(5));
  request.online = call.parameters.flag("online");
  request.ciphers = call.parameters.flag("ciphers");
  request.guarded = true;
  SG_TRY_ASSIGN(const auto inside, turnstile.enter());
  SG_TRY_ASSIGN(auto plan, admin::plan_probe(request, &services->store(), services->place().data));
  SG_TRY_ASSIGN(const auto report, probe::probe(plan.options, std::move(plan.ours), services->store().clock()));
  auto json = admin::probe_json(report);
  json["notes"] = plan.notes;
  return json_answer(200, json);
}

}  // namespace

void add_probe(Actions& actions, const Shared& services) {
  const auto turnstile = std::make_shared<OneAtATime>("a probe", kProbesPerMinute);
  actions["probeServer"] = [services, turnstile](Call& call) { return probe_server(services, *turnstile, call); };
}

}  // namespace sealgate::api
