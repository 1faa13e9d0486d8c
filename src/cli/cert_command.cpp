// sealgate cert: the certificate stores of this computer and of its accounts.

#include "cli/cert_command.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

#include "base/clock.h"
#include "certificates/errors.h"
#include "cli/data_folder.h"
#include "cli/subcommands.h"
#include "cli/terminal.h"
#include "store/common/account_keys.h"
#include "store/common/folder_certificate_store.h"

namespace sealgate::cli {
namespace {

using certificates::StoreName;

constexpr std::array kMembers = {
    Command{"import", "Put certificates, private keys and revocation lists from files into the stores",
            run_cert_import},
    Command{"list", "List the certificates of the stores", run_cert_list},
    Command{"show", "Show one certificate: names, validity, usages, chain", run_cert_show},
    Command{"export", "Write a certificate, with its private key if wanted, to a file", run_cert_export},
    Command{"remove", "Remove a certificate from a store", run_cert_remove},
    Command{"rollover", "Change from an old certificate to a new one, everywhere it is assigned", run_cert_rollover},
    Command{"forecast", "List what expires when, and who depends on it", run_cert_forecast},
};

constexpr Family kFamily{
    "cert", "Manage the certificate stores", kMembers,
    "Stores: Personal (own certificates with private keys, one store an account), OtherPeople (partners'),\n"
    "TrustedRoots, IntermediateAuthorities, Untrusted."};

/// Whether --store says where the database is, not which certificate store is meant.
bool is_database(const std::string& store) {
  return store == "sqlite" || store.find("://") != std::string::npos;
}

}  // namespace

int run_cert(const Args& args) {
  return run_family(kFamily, args);
}

void add_cert_options(CLI::App& app, CertOptions& options, const std::string& store_help) {
  options.where = default_store_choice();
  add_data_option(app, options.where.data);
  app.add_option("--folder", options.folder, "Use the certificate store in this folder instead of the database")
      ->type_name("DIR");
  app.add_option("--account", options.account, "Whose Personal store")->type_name("ACCOUNT")->capture_default_str();
  app.add_option("--store", options.stores,
                 store_help + "; and the database, postgresql://USER@HOST/DATABASE ($SEALGATE_STORE)")
      ->type_name("CERT-STORE|STORE")
      ->allow_extra_args(false);
  add_form_option(app, options.output);
}

void add_cert_api_options(CLI::App& app, ApiChoice& api) {
  add_api_options(app, api);
  for (const char* local : {"--data", "--folder"}) app.get_option("--api")->excludes(local);
}

void settle(const CLI::App& app, CertOptions& options, ApiChoice& api, bool here) {
  here = here || app.count("--data") > 0 || app.count("--folder") > 0 ||
         std::ranges::any_of(options.stores, is_database);
  Place place{options.where, api};
  settle(app, place, here);
  api = place.api;
}

struct CertStores::Impl {
  std::unique_ptr<store::Store> database;
  std::unique_ptr<certificates::CertificateStore> folder;
  certificates::CertificateStore* store = nullptr;  // one of the two
  io::FileDescriptor lock;                          // of the account's key
};

CertStores::CertStores() : impl_(std::make_unique<Impl>()) {}
CertStores::CertStores(CertStores&&) noexcept = default;
CertStores::~CertStores() = default;

Result<CertStores> CertStores::open(const CertOptions& options, bool create) {
  CertStores stores;
  stores.account_ = options.account;
  stores.data_ = options.where.data;
  SG_TRY(certificates::check_store_id(stores.id(StoreName::Personal)));
  StoreChoice where = options.where;
  for (const std::string& given : options.stores) {
    if (is_database(given)) {
      where.url = given;
      continue;
    }
    SG_TRY_ASSIGN(const StoreName chosen, certificates::parse_store_name(given));
    stores.chosen_ = chosen;
  }
  if (!options.folder.empty()) {
    stores.impl_->folder = store::make_folder_certificate_store(options.folder);
    stores.impl_->store = stores.impl_->folder.get();
    return stores;
  }
  SG_TRY_ASSIGN(stores.impl_->database, open_chosen_store(where, create));
  stores.impl_->store = &stores.impl_->database->certificates();
  return stores;
}

certificates::CertificateStore& CertStores::store() const {
  return *impl_->store;
}

std::vector<StoreName> CertStores::names() const {
  if (chosen_) return {*chosen_};
  return {certificates::kAllStoreNames.begin(), certificates::kAllStoreNames.end()};
}

Result<certificates::AccountKey> CertStores::account_key(bool create) const {
  if (!create) return store::read_account_key(data_, account_);
  SG_TRY_ASSIGN(store::HeldAccountKey held, store::hold_account_key(data_, account_));
  impl_->lock = std::move(held.lock);
  return std::move(held.key);
}

Result<certificates::AccountKey> CertStores::account_key_of(const std::string& account) const {
  return store::read_account_key_file(store::account_key_path(data_, account), account);
}

Result<std::vector<std::string>> CertStores::accounts() const {
  std::set<std::string> accounts{account_};
  if (store::Store* store = database(); store != nullptr) {
    SG_TRY_ASSIGN(const auto snapshot, store->artifacts().load());
    for (const artifacts::Host& host : snapshot.set.hosts) accounts.insert(host.account);
  }
  return std::vector<std::string>(accounts.begin(), accounts.end());
}

store::Store* CertStores::database() const {
  return impl_->database.get();
}

Result<std::vector<FoundCertificate>> find_certificate(const CertStores& stores,
                                                       const certificates::Thumbprint& thumbprint) {
  std::vector<FoundCertificate> found;
  for (const StoreName name : stores.names()) {
    SG_TRY_ASSIGN(auto entry, stores.store().find(stores.id(name), thumbprint));
    if (entry) found.push_back({name, std::move(*entry)});
  }
  if (found.empty()) {
    return fail(certificates::kCertificateNotFound, "there is no certificate " + thumbprint.to_biztalk(),
                stores.chosen() ? stores.id(*stores.chosen()).description()
                                : "all stores of account " + stores.id(StoreName::Personal).account,
                "list what is there with: sealgate cert list");
  }
  return found;
}

Result<certificates::Thumbprint> thumbprint_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return certificates::Thumbprint::parse(text);
}

}  // namespace sealgate::cli
