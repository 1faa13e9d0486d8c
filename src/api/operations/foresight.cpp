// What will fail, what expires, what is not as it should be.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/audit_facts.h"
#include "admin/foresight.h"
#include "api/errors.h"
#include "api/operations/operations.h"
#include "api/problem.h"
#include "artifacts/scalars.h"

namespace sealgate::api {
namespace {

using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

/// A hundred years: whoever means "ever".
constexpr std::chrono::hours kFar{24 * 36525};

/// The moment that `within` means; `otherwise` when it was left out.
Result<Time> end_of(const Call& call, Time now, Time otherwise) {
  const auto within = call.parameters.text("within");
  if (!within) return otherwise;
  const auto duration = artifacts::parse_duration(*within);
  if (!duration || *duration < artifacts::Duration(0) || *duration > kFar) {
    return fail(kBadParameter, "this is no length of time", "within", "write 30d, 36h or 45m");
  }
  return now + *duration;
}

Result<net::HttpResponse> check(const Shared& services, Call& call) {
  const Time now = services->now();
  SG_TRY_ASSIGN(const Time end, end_of(call, now, now));
  SG_TRY_ASSIGN(const auto foresight, admin::look_ahead(services->store(), services->place().data));
  SG_TRY_ASSIGN(const auto findings, admin::check(services->store(), foresight, now, end));
  return json_answer(200, admin::check_json(findings, now, end));
}

Result<net::HttpResponse> forecast(const Shared& services, Call& call) {
  const Time now = services->now();
  SG_TRY_ASSIGN(const Time end, end_of(call, now, Time::max()));
  SG_TRY_ASSIGN(const auto foresight, admin::look_ahead(services->store(), {}));
  auto all = audit::forecast(foresight.uses->places(), foresight.holdings, now);
  std::erase_if(all, [&](const audit::Expiry& expiry) { return expiry.expires() > end; });
  return json_answer(200, {{"items", admin::forecast_json(all, now)}});
}

Result<net::HttpResponse> list_findings(const Shared& services) {
  const Time now = services->now();
  SG_TRY_ASSIGN(const auto foresight, admin::look_ahead(services->store(), services->place().data));
  SG_TRY_ASSIGN(const auto facts, admin::gather_facts(foresight.set, services->store(), services->place()));
  const auto findings = audit::audit(foresight.set, *foresight.uses, foresight.holdings, facts, now);
  return json_answer(200, {{"group", foresight.set.group ? foresight.set.group->name : ""},
                           {"made", to_rfc3339(now)},
                           {"findings", admin::findings_json(findings)}});
}

Result<net::HttpResponse> threat_model(const Shared& services) {
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  SG_TRY_ASSIGN(const auto facts, admin::gather_facts(configuration->set, services->store(), services->place()));
  return json_answer(200, {{"flows", admin::flows_json(audit::threat_model(configuration->set, facts))}});
}

}  // namespace

void add_foresight(Actions& actions, const Shared& services) {
  actions["check"] = [services](Call& call) { return check(services, call); };
  actions["forecastExpiry"] = [services](Call& call) { return forecast(services, call); };
  actions["listFindings"] = [services](Call&) { return list_findings(services); };
  actions["getThreatModel"] = [services](Call&) { return threat_model(services); };
}

}  // namespace sealgate::api
