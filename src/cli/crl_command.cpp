// sealgate crl: revocation lists, where they come from and how old they are.

#include "cli/crl_command.h"

#include <algorithm>
#include <array>
#include <map>

#include "cli/subcommands.h"
#include "hosts/revocation_keeper.h"

namespace sealgate::cli {
namespace {

using certificates::StoreId;
using certificates::StoreName;

constexpr std::array kMembers = {
    Command{"list", "Revocation lists with age and next update, and their sources with the last failure",
            run_crl_list},
    Command{"update", "Ask the sources of revocation lists now", run_crl_update},
};

constexpr Family kFamily{
    "crl", "Revocation lists", kMembers,
    "A running gateway asks the sources by itself: every Group.revocation.refresh and before a list\n"
    "runs out. Lists in files: sealgate cert import FILE."};

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

int run_crl(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
