// Revocation lists: what is there, who needs it, where it comes from.

#include <nlohmann/json.hpp>

#include "admin/revocation_lists.h"
#include "api/operations/one_at_a_time.h"
#include "api/operations/operations.h"
#include "api/problem.h"

namespace sealgate::api {
namespace {

using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

constexpr std::size_t kUpdatesPerMinute = 6;
/// So long one request may ask sources; the gateway itself follows them all.
constexpr std::chrono::seconds kUpdateTime{45};

Result<net::HttpResponse> list_crls(const Shared& services) {
  SG_TRY_ASSIGN(const auto listed, admin::look_at_lists(services->store()));
  SG_TRY_ASSIGN(const auto foresight, admin::look_ahead(services->store(), {}));
  return json_answer(200, admin::lists_json(listed, services->now(), &foresight));
}

Result<net::HttpResponse> update_crls(const Shared& services, OneAtATime& turnstile, Call& call) {
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  const artifacts::ArtifactSet& set = configuration->set;
  SG_TRY_ASSIGN(const auto all, admin::all_sources(services->store(), set));
  SG_TRY_ASSIGN(const auto sources,
                admin::chosen_sources(all, call.json->value("sources", std::vector<std::string>())));
  SG_TRY_ASSIGN(const auto inside, turnstile.enter());
  Json items = Json::array();
  const auto told = [&](const admin::SourceUpdate& one) -> Result<> {
    items.push_back({{"source", one.source.address},
                     {"lists", one.update.lists.size()},
                     {"next", to_rfc3339(one.update.state.next)},
                     {"failure", one.update.failure ? fault_json(*one.update.failure) : Json()}});
    return {};
  };
  const auto settings = set.group ? set.group->revocation : artifacts::RevocationSettings();
  const auto until = std::chrono::steady_clock::now() + kUpdateTime;
  SG_TRY(admin::update_lists(services->store(), settings, sources, until, told));
  services->changed();
  const std::size_t left = sources.size() - items.size();
  return json_answer(200, {{"items", std::move(items)}, {"left", left}});
}

Result<net::HttpResponse> remove_crl(const Shared& services, Call& call) {
  SG_TRY(services->store().certificates().remove_crl(call.parameters.text_or_empty("sha256")));
  services->changed();
  net::HttpResponse gone;
  gone.status = 204;
  return gone;
}

}  // namespace

void add_crls(Actions& actions, const Shared& services) {
  const auto turnstile = std::make_shared<OneAtATime>("an update of revocation lists", kUpdatesPerMinute);
  actions["listCrls"] = [services](Call&) { return list_crls(services); };
  actions["updateCrls"] = [services, turnstile](Call& call) { return update_crls(services, *turnstile, call); };
  actions["removeCrl"] = [services](Call& call) { return remove_crl(services, call); };
}

}  // namespace sealgate::api
