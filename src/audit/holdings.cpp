#include "audit/holdings.h"

#include <set>

namespace sealgate::audit {
namespace {

using namespace certificates;

Result<std::vector<Certificate>> all_of(const CertificateStore& store, StoreName name) {
  SG_TRY_ASSIGN(const auto entries, store.list({name, {}}));
  std::vector<Certificate> found;
  found.reserve(entries.size());
  for (const StoredCertificate& entry : entries) found.push_back(entry.certificate);
  return found;
}

/// The name of the first other store that holds it; empty when none does.
Result<std::string> search(const CertificateStore& store, const std::set<std::string>& accounts, const Place& place,
                           const Thumbprint& thumbprint) {
  for (const StoreName name : kAllStoreNames) {
    if (name == StoreName::Personal) {
      for (const std::string& account : accounts) {
        if (place.store == name && place.account == account) continue;
        SG_TRY_ASSIGN(const auto found, store.find({name, account}, thumbprint));
        if (found) return StoreId{name, account}.description();
      }
    } else if (name != place.store) {
      SG_TRY_ASSIGN(const auto found, store.find({name, {}}, thumbprint));
      if (found) return StoreId{name, {}}.description();
    }
  }
  return std::string();
}

}  // namespace

Holdings::Key Holdings::key_of(const Place& place, const Thumbprint& thumbprint) {
  return {place.store, place.store == StoreName::Personal ? place.account : std::string(), thumbprint};
}

Result<Holdings> Holdings::read(const CertificateStore& store, const std::vector<Place>& places,
                                const KeyCheck& can_open) {
  Holdings holdings;
  std::set<std::string> accounts{"default"};
  for (const Place& place : places) {
    if (!place.account.empty()) accounts.insert(place.account);
  }
  for (const Place& place : places) {
    // Nobody signs with it so far: there is no account to look into.
    if (place.store == StoreName::Personal && place.account.empty()) continue;
    for (const artifacts::CertificateAssignment& assignment : place.assignments) {
      const Key key = key_of(place, assignment.certificate);
      if (holdings.held_.contains(key) || holdings.elsewhere_.contains(key)) continue;
      SG_TRY_ASSIGN(const auto found, store.find({place.store, place.account}, assignment.certificate));
      if (!found) {
        SG_TRY_ASSIGN(holdings.elsewhere_[key], search(store, accounts, place, assignment.certificate));
        continue;
      }
      Holding holding{found->certificate, found->has_private_key};
      if (found->has_private_key && can_open) {
        KeyTrial trial = can_open(place.account, found->certificate);
        holding.key_error = std::move(trial.error);
        holding.key_examined = trial.examined;
      }
      holdings.held_.emplace(key, std::move(holding));
    }
  }
  SG_TRY_ASSIGN(holdings.roots, all_of(store, StoreName::TrustedRoots));
  SG_TRY_ASSIGN(holdings.intermediates, all_of(store, StoreName::IntermediateAuthorities));
  SG_TRY_ASSIGN(const auto untrusted, all_of(store, StoreName::Untrusted));
  for (const Certificate& one : untrusted) holdings.untrusted.push_back(one.thumbprint_sha256());
  SG_TRY_ASSIGN(holdings.crls, store.list_crls());
  return holdings;
}

const Holding* Holdings::find(const Place& place, const Thumbprint& thumbprint) const {
  const auto found = held_.find(key_of(place, thumbprint));
  return found != held_.end() ? &found->second : nullptr;
}

std::string Holdings::elsewhere(const Place& place, const Thumbprint& thumbprint) const {
  const auto found = elsewhere_.find(key_of(place, thumbprint));
  return found != elsewhere_.end() ? found->second : std::string();
}

}  // namespace sealgate::audit
