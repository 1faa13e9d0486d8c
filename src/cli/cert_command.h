#pragma once
// What the subcommands of `sealgate cert` share: where the stores are, and how a certificate is described.

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certificates/certificate_store.h"
#include "cli/command.h"
#include "cli/data_folder.h"
#include "cli/output.h"
#include "cli/place.h"

namespace sealgate::cli {

int run_cert_import(const Args& args);
int run_cert_list(const Args& args);
int run_cert_show(const Args& args);
int run_cert_export(const Args& args);
int run_cert_remove(const Args& args);
int run_cert_forecast(const Args& args);
int run_cert_rollover(const Args& args);

/// --data, --folder, --account, --store and -o: the same for every subcommand.
struct CertOptions {
  StoreChoice where;
  std::string folder;
  std::string account = "default";
  std::vector<std::string> stores;  ///< names of certificate stores; and where the database is, as everywhere else
  std::string output = "table";
  bool json() const { return is_document(output); }
};
void add_cert_options(CLI::App& app, CertOptions& options, const std::string& store_help);

/// --api and what goes with it, for who may also work through a gateway; not together with --data and --folder.
void add_cert_api_options(CLI::App& app, ApiChoice& api);
/// After parsing, as settle() of place.h; `here`: the line says in another way that a store is meant.
void settle(const CLI::App& app, CertOptions& options, ApiChoice& api, bool here = false);

/// The opened stores with what they need.
class CertStores {
 public:
  /// `create`: make the data folder when it is not there.
  static Result<CertStores> open(const CertOptions& options, bool create);
  CertStores(CertStores&&) noexcept;
  CertStores& operator=(CertStores&&) = delete;
  ~CertStores();

  certificates::CertificateStore& store() const;
  certificates::StoreId id(certificates::StoreName name) const { return {name, account_}; }
  /// The store that --store names; absent when it was not given.
  const std::optional<certificates::StoreName>& chosen() const { return chosen_; }
  /// Those to look into: the chosen one, else all.
  std::vector<certificates::StoreName> names() const;
  /// The key of the account; `create`: something is to be wrapped by it, so one is made when there is none, and it is
  /// not renewed as long as this lives.
  Result<certificates::AccountKey> account_key(bool create) const;
  /// The key of any account, as its key file has it.
  Result<certificates::AccountKey> account_key_of(const std::string& account) const;
  /// Those of the hosts of the configuration, and the one of --account.
  Result<std::vector<std::string>> accounts() const;
  /// nullptr with --folder.
  store::Store* database() const;

 private:
  struct Impl;
  CertStores();
  std::unique_ptr<Impl> impl_;
  std::string account_;
  std::string data_;
  std::optional<certificates::StoreName> chosen_;
};

struct FoundCertificate {
  certificates::StoreName store;
  certificates::StoredCertificate entry;
};
/// The certificate in all stores that hold it; certificates.not-found when there is none.
Result<std::vector<FoundCertificate>> find_certificate(const CertStores& stores,
                                                       const certificates::Thumbprint& thumbprint);

/// The words of the command line as one thumbprint: it may have been pasted with blanks and without quotes.
Result<certificates::Thumbprint> thumbprint_of(const std::vector<std::string>& words);

}  // namespace sealgate::cli
