// Documents into the configuration, all of them or none.

#include <nlohmann/json.hpp>

#include "api/operations/artifact_changes.h"
#include "api/operations/operations.h"
#include "api/problem.h"

namespace sealgate::api {
namespace {

using namespace artifacts;
using Shared = std::shared_ptr<Services>;

Result<net::HttpResponse> apply(const Shared& services, Call& call) {
  const auto plan = [&]() -> Result<Plan> {
    SG_TRY_ASSIGN(const auto configuration, services->configuration());
    SG_TRY_ASSIGN(const auto documents, read_documents(call, configuration->set));
    call.faults.clear();
    return plan_apply(services->store().artifacts(), documents, services->now(), &call.faults);
  };
  SG_TRY_ASSIGN(const auto done, change(call, *services, plan, [&](const Plan& made) {
                  return approve_all(call, services->store(), made);
                }));
  auto response = json_answer(200, applied_json(call, done));
  response.headers.add("ETag", tag_of(done.revision));
  return response;
}

}  // namespace

void add_apply(Actions& actions, const Shared& services) {
  actions["apply"] = [services](Call& call) { return apply(services, call); };
}

}  // namespace sealgate::api
