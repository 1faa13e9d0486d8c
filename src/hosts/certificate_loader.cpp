#include "hosts/certificate_loader.h"

#include "base/log.h"
#include "certificates/errors.h"

namespace sealgate::hosts {
namespace {

using certificates::StoreId;
using certificates::StoreName;

Result<std::vector<pipeline::Certificate>> load_public(const certificates::CertificateStore& store, StoreName name) {
  SG_TRY_ASSIGN(const auto entries, store.list(StoreId{name, {}}));
  std::vector<pipeline::Certificate> loaded;
  loaded.reserve(entries.size());
  for (const auto& entry : entries) loaded.push_back(entry.certificate);
  return loaded;
}

Result<std::vector<pipeline::OwnCertificate>> load_personal(const certificates::CertificateStore& store,
                                                            const AccountKeySource& account_keys,
                                                            const std::string& account, const std::string& hosts) {
  SG_TRY_ASSIGN(const auto entries, store.list(StoreId{StoreName::Personal, account}));
  std::vector<pipeline::OwnCertificate> loaded;
  if (entries.empty()) return loaded;
  auto account_key = account_keys(account);
  for (const auto& entry : entries) {
    pipeline::OwnCertificate own{entry.certificate, std::nullopt, std::nullopt};
    if (!account_key) {
      own.key_error = account_key.error();
    } else if (entry.has_private_key) {
      auto key = certificates::open_private_key(store, *account_key, entry.certificate.thumbprint_sha256());
      if (!key && key.error().code == certificates::kKeyUnwrapFailed) {
        // The account's key may have been renewed since we read it.
        if (auto now = account_keys(account); now && now->id() != account_key->id()) {
          account_key = std::move(now);
          key = certificates::open_private_key(store, *account_key, entry.certificate.thumbprint_sha256());
        }
      }
      if (key) {
        own.key = std::move(*key);
      } else {
        own.key_error = std::move(key).error();
      }
    }
    if (own.key_error) {
      log(LogLevel::Warning, "a private key cannot be opened",
          {{"account", account},
           {"hosts", hosts},
           {"thumbprint", entry.certificate.thumbprint().to_biztalk()},
           {"reason", own.key_error->to_string()}});
    }
    loaded.push_back(std::move(own));
  }
  return loaded;
}

}  // namespace

Result<std::shared_ptr<const pipeline::CertificateView>> load_certificates(
    const certificates::CertificateStore& store, const AccountKeySource& account_keys,
    const artifacts::ArtifactSet& set, const OwnHosts& own, certificates::StatusService* online) {
  auto view = std::make_shared<pipeline::CertificateView>();
  for (const artifacts::Host& host : set.hosts) {
    if (view->personal.contains(host.account) || !own.runs_account(host.account)) continue;
    SG_TRY_ASSIGN(view->personal[host.account],
                  load_personal(store, account_keys, host.account, hosts_of(set, host.account)));
  }
  view->other_people = certificates::find_in_store(store, StoreId{StoreName::OtherPeople, {}});
  SG_TRY_ASSIGN(view->trusted_roots, load_public(store, StoreName::TrustedRoots));
  SG_TRY_ASSIGN(view->intermediates, load_public(store, StoreName::IntermediateAuthorities));
  SG_TRY_ASSIGN(const auto untrusted, load_public(store, StoreName::Untrusted));
  for (const auto& certificate : untrusted) view->untrusted.push_back(certificate.thumbprint_sha256());
  SG_TRY_ASSIGN(view->crls, store.list_crls());
  view->online = online;
  return view;
}

}  // namespace sealgate::hosts
