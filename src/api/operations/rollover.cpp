// From an old certificate to a new one, everywhere it is assigned.

#include <nlohmann/json.hpp>

#include "admin/rollover.h"
#include "api/errors.h"
#include "api/operations/artifact_changes.h"
#include "api/operations/operations.h"
#include "api/problem.h"
#include "artifacts/scalars.h"
#include "certificates/errors.h"

namespace sealgate::api {
namespace {

using namespace artifacts;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;
using certificates::Certificate;
using certificates::StoreId;
using certificates::StoreName;

/// In OtherPeople, or in Personal of any account of a host.
Result<Certificate> find(const Shared& services, const ArtifactSet& set, const nlohmann::json& body,
                         const char* field) {
  const auto thumbprint = Thumbprint::parse(body.at(field).get_ref<const std::string&>());
  if (!thumbprint) return fail(kInvalidBody, thumbprint.error().what, field, thumbprint.error().remedy);
  std::vector<StoreId> places{{StoreName::OtherPeople, {}}, {StoreName::Personal, "default"}};
  for (const Host& host : set.hosts) places.push_back({StoreName::Personal, host.account});
  for (const StoreId& place : places) {
    SG_TRY_ASSIGN(const auto found, services->store().certificates().find(place, *thumbprint));
    if (found) return found->certificate;
  }
  return fail(certificates::kCertificateNotFound, "there is no certificate " + thumbprint->to_biztalk(), field,
              "import it first: POST /certificates");
}

Result<net::HttpResponse> roll_over(const Shared& services, Call& call) {
  const nlohmann::json& body = *call.json;
  const Time now = services->now();
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  SG_TRY_ASSIGN(const Certificate before, find(services, configuration->set, body, "before"));
  SG_TRY_ASSIGN(const Certificate after, find(services, configuration->set, body, "after"));
  admin::RolloverRequest request{before, after, now};
  if (body.contains("from")) {
    SG_TRY_ASSIGN(request.from, parse_rfc3339(body.at("from").get_ref<const std::string&>()));
  }
  const auto overlap = parse_duration(body.value("overlap", "0s"));
  constexpr std::chrono::hours kLongest{24 * 400};
  if (!overlap || *overlap > kLongest) {
    return fail(kInvalidBody, "this is no length of time up to 400 days", "overlap", "write 14d, 36h or 45m");
  }
  request.overlap = *overlap;

  admin::Rollover planned;
  const auto plan = [&]() -> Result<Plan> {
    SG_TRY_ASSIGN(const auto current, services->configuration());
    SG_TRY_ASSIGN(planned, admin::plan_rollover(current->set, request, now));
    std::vector<SourcedArtifact> documents;
    for (const Artifact& artifact : planned.changed) {
      documents.push_back({artifact, std::string(to_string(kind_of(artifact))) + " '" + name_of(artifact) + "'"});
    }
    call.faults.clear();
    return plan_apply(services->store().artifacts(), documents, now, &call.faults);
  };
  const auto approve = [&](const Plan& made) -> Result<> {
    for (const Change& change : made.changes) {
      if (change.change != ChangeKind::Unchanged) SG_TRY(may_change(call, change.kind));
    }
    return {};
  };
  SG_TRY_ASSIGN(const auto done, change(call, *services, plan, approve));
  Json json = admin::rollover_json(planned, request);
  json["applied"] = applied_json(call, done);
  return json_answer(200, json);
}

}  // namespace

void add_rollover(Actions& actions, const Shared& services) {
  actions["rollOverCertificate"] = [services](Call& call) { return roll_over(services, call); };
}

}  // namespace sealgate::api
