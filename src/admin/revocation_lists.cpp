#include "admin/revocation_lists.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "hosts/revocation_keeper.h"
#include "revocation/errors.h"

namespace sealgate::admin {

using nlohmann::ordered_json;

namespace {

using certificates::StoreId;
using certificates::StoreName;

/// The certificates that a gateway would follow, without opening any private key.
Result<pipeline::CertificateView> view_of(store::Store& store, const artifacts::ArtifactSet& set) {
  const certificates::CertificateStore& certificates = store.certificates();
  pipeline::CertificateView view;
  for (const artifacts::Host& host : set.hosts) {
    if (view.personal.contains(host.account)) continue;
    SG_TRY_ASSIGN(const auto entries, certificates.list(StoreId{StoreName::Personal, host.account}));
    auto& own = view.personal[host.account];
    for (const auto& entry : entries) own.push_back({entry.certificate, std::nullopt, std::nullopt});
  }
  view.other_people = certificates::find_in_store(certificates, StoreId{StoreName::OtherPeople, {}});
  SG_TRY_ASSIGN(const auto intermediates, certificates.list(StoreId{StoreName::IntermediateAuthorities, {}}));
  for (const auto& entry : intermediates) view.intermediates.push_back(entry.certificate);
  SG_TRY_ASSIGN(view.crls, certificates.list_crls());
  return view;
}

ordered_json time_json(const std::optional<Time>& time) {
  return time ? ordered_json(to_rfc3339(*time)) : ordered_json();
}

}  // namespace

Result<std::vector<ListedSource>> all_sources(store::Store& store, const artifacts::ArtifactSet& set) {
  SG_TRY_ASSIGN(const pipeline::CertificateView view, view_of(store, set));
  const Time now = store.clock().now();
  std::map<std::string, ListedSource> known;
  SG_TRY_ASSIGN(auto states, revocation::load_states(store.memos()));
  for (auto& state : states) {
    state.source.configured = false;  // may have changed since
    const bool followed = state.demanded && now - *state.demanded < revocation::kFollowDemanded;
    std::string address = state.source.address;
    known.emplace(std::move(address), ListedSource{std::move(state), followed});
  }
  for (const auto& source : hosts::sources_to_follow(set, view)) {
    ListedSource& listed = known[source.address];
    listed.state.source = source;
    listed.followed = true;
  }
  std::vector<ListedSource> all;
  for (auto& [address, listed] : known) all.push_back(std::move(listed));
  std::ranges::stable_partition(all, [](const auto& listed) { return listed.state.source.configured; });
  std::ranges::stable_partition(all, [](const auto& listed) { return listed.followed; });
  return all;
}

Result<RevocationLists> look_at_lists(store::Store& store) {
  RevocationLists listed;
  SG_TRY_ASSIGN(listed.lists, store.certificates().list_crls());
  SG_TRY_ASSIGN(auto origins, revocation::load_origins(store.memos()));
  for (auto& origin : origins) {
    std::string sha256 = origin.sha256;
    listed.origins.emplace(std::move(sha256), std::move(origin));
  }
  SG_TRY_ASSIGN(const auto snapshot, store.artifacts().load());
  SG_TRY_ASSIGN(listed.sources, all_sources(store, snapshot.set));
  return listed;
}

Result<std::vector<revocation::Source>> chosen_sources(const std::vector<ListedSource>& all,
                                                       const std::vector<std::string>& addresses) {
  std::vector<revocation::Source> sources;
  if (addresses.empty()) {
    for (const ListedSource& listed : all) {
      if (listed.followed) sources.push_back(listed.state.source);
    }
    return sources;
  }
  for (const std::string& wanted : addresses) {
    const auto found =
        std::ranges::find_if(all, [&](const ListedSource& listed) { return listed.state.source.address == wanted; });
    if (found == all.end()) {
      return fail(revocation::kUnknownSource, "this is no source of revocation lists", wanted,
                  "see sealgate crl list; add it to revocation.sources of the Group");
    }
    sources.push_back(found->state.source);
  }
  return sources;
}

Result<> update_lists(store::Store& store, const artifacts::RevocationSettings& settings,
                      const std::vector<revocation::Source>& sources, std::chrono::steady_clock::time_point until,
                      const std::function<Result<>(const SourceUpdate&)>& told) {
  revocation::Downloader downloader;
  downloader.allow_private_hosts(settings.allowed_private_hosts);
  revocation::Updater updater(store.certificates(), store.memos(), downloader, store.clock());
  constexpr std::chrono::milliseconds kLongest{60'000};
  for (const revocation::Source& source : sources) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= until) break;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - now);
    SG_TRY_ASSIGN(auto updated, updater.update(source, settings.refresh, std::min(kLongest, left)));
    SG_TRY(told({source, std::move(updated)}));
  }
  return {};
}

std::vector<Dependant> dependants(const Foresight& foresight, const certificates::Crl& list) {
  const std::string issuer = list.issuer();
  std::vector<Dependant> found;
  const auto note = [&](const certificates::Certificate& certificate, std::string where) {
    if (certificate.issuer() != issuer || certificate.self_signed()) return;
    auto known = std::ranges::find(found, certificate, &Dependant::certificate);
    if (known == found.end()) known = found.insert(found.end(), {certificate, {}});
    const bool told = where.empty() || std::ranges::find(known->used_by, where) != known->used_by.end();
    if (!told) known->used_by.push_back(std::move(where));
  };
  for (const audit::Place& place : foresight.uses->places()) {
    for (const auto& assignment : place.assignments) {
      const audit::Holding* holding = foresight.holdings.find(place, assignment.certificate);
      if (holding != nullptr) note(holding->certificate, place.where());
    }
  }
  for (const certificates::Certificate& authority : foresight.holdings.intermediates) note(authority, {});
  return found;
}

bool is_stale(const certificates::Crl& list, Time now) {
  return list.next_update() && *list.next_update() < now;
}

nlohmann::ordered_json lists_json(const RevocationLists& listed, Time now, const Foresight* foresight) {
  ordered_json lists = ordered_json::array();
  for (const certificates::Crl& list : listed.lists) {
    const auto origin = listed.origins.find(list.sha256());
    const bool known = origin != listed.origins.end();
    lists.push_back(
        {{"issuer", list.issuer()},
         {"number", list.number()},
         {"delta", list.is_delta()},
         {"revoked", list.revoked_count()},
         {"this_update", to_rfc3339(list.this_update())},
         {"age_seconds", std::chrono::duration_cast<std::chrono::seconds>(now - list.this_update()).count()},
         {"next_update", time_json(list.next_update())},
         {"stale", is_stale(list, now)},
         {"sha256", list.sha256()},
         {"fetched", known ? time_json(origin->second.fetched) : ordered_json()},
         {"source", known ? ordered_json(origin->second.address) : ordered_json()}});
    if (foresight == nullptr) continue;
    ordered_json depends = ordered_json::array();
    for (const Dependant& one : dependants(*foresight, list)) {
      depends.push_back({{"thumbprint", one.certificate.thumbprint().to_biztalk()},
                         {"name", one.certificate.short_name()},
                         {"used_by", one.used_by}});
    }
    lists.back()["depends"] = std::move(depends);
  }
  ordered_json sources = ordered_json::array();
  for (const auto& [state, followed] : listed.sources) {
    sources.push_back({{"source", state.source.address},
                       {"configured", state.source.configured},
                       {"followed", followed},
                       {"asked", time_json(state.asked)},
                       {"fetched", time_json(state.fetched)},
                       {"next", state.asked && followed ? ordered_json(to_rfc3339(state.next)) : ordered_json()},
                       {"failures", state.failures},
                       {"failure", state.failure},
                       {"failure_code", state.failure_code},
                       {"lists", state.lists}});
  }
  return {{"lists", lists}, {"sources", sources}};
}

}  // namespace sealgate::admin
