// sealgate cert export and remove.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "admin/certificate_chain.h"
#include "base/clock.h"
#include "certificates/errors.h"
#include "certificates/export.h"
#include "cli/audit_begun.h"
#include "cli/audit_trail.h"
#include "cli/cert_command.h"
#include "cli/cert_transfer.h"
#include "cli/cert_uses.h"
#include "cli/errors.h"
#include "cli/key_files.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "io/file.h"

namespace sealgate::cli {
namespace {

using namespace certificates;

struct ExportCommand {
  CertOptions common;
  std::vector<std::string> words;
  std::string format;
  std::string out = "-";
  std::string password_file;
  bool with_chain = false;
  bool all = false;
  bool with_keys = false;
};

Result<Bytes> export_with_key(const CertStores& stores, const FoundCertificate& found,
                              const std::vector<Certificate>& chain, const ExportCommand& command) {
  if (command.password_file.empty()) {
    return fail(certificates::kExportPasswordRequired, "a private key is never written without a password", {},
                "give a password: --password-file FILE; without the key: --format pem");
  }
  SG_TRY_ASSIGN(const Secret password, read_password_file(command.password_file));
  SG_TRY_ASSIGN(const AccountKey account_key, stores.account_key(false));
  return admin::export_with_key(stores.store(), account_key, found.entry, chain, password);
}

Result<Bytes> content_of(const CertStores& stores, const std::vector<FoundCertificate>& found,
                         const ExportCommand& command) {
  const FoundCertificate* place = &found.front();
  for (const FoundCertificate& candidate : found) {
    if (candidate.entry.has_private_key) place = &candidate;
  }
  const Certificate& certificate = place->entry.certificate;
  std::vector<Certificate> all{certificate};
  if (command.with_chain) {
    SG_TRY_ASSIGN(const std::vector<Certificate> chain, admin::chain_of(stores.store(), certificate));
    all.insert(all.end(), chain.begin(), chain.end());
  }
  if (command.format == "p12") {
    if (!place->entry.has_private_key) {
      return fail(certificates::kNoPrivateKey, "the private key of this certificate is not there",
                  stores.id(place->store).description(), "export the certificate alone: --format pem, der or p7b");
    }
    return export_with_key(stores, *place, std::vector<Certificate>(all.begin() + 1, all.end()), command);
  }
  if (command.format == "p7b") return export_pkcs7(all);
  if (command.format == "der") return Bytes(certificate.der().begin(), certificate.der().end());
  return to_bytes(export_pem(all));
}

Result<> export_certificate(const ExportCommand& command) {
  SG_TRY_ASSIGN(const Thumbprint thumbprint, thumbprint_of(command.words));
  SG_TRY_ASSIGN(const CertStores stores, CertStores::open(command.common, false));
  SG_TRY_ASSIGN(const auto found, find_certificate(stores, thumbprint));
  SG_TRY_ASSIGN(const Bytes content, content_of(stores, found, command));
  SG_TRY_ASSIGN(const auto file, io::OutputFile::create(command.out, command.format == "p12" ? 0600 : 0644));
  if (command.format == "p12" && stores.database() != nullptr) {
    // Before anybody has it.
    SG_TRY(record(*stores.database(),
                  {admin::certificate_action("certificate.export-key", stores.id(StoreName::Personal).description(),
                                             found.front().entry.certificate)}));
  }
  SG_TRY(file->write(content));
  SG_TRY(file->finish());
  return file->commit(true);
}

int export_everything(const ExportCommand& command) {
  const auto count = export_all({command.common, command.out, command.password_file, command.with_keys});
  if (!count) return print_error(count.error());
  if (command.common.json()) {
    const nlohmann::json document = {
        {"certificates", count->certificates}, {"private_keys", count->keys}, {"keys_in_tokens", count->stayed}};
    print_document(document, command.common.output);
  } else {
    std::printf("%zu certificates, %zu with private key\n", count->certificates, count->keys);
    if (count->stayed > 0) std::printf("%zu keys stay in their tokens\n", count->stayed);
  }
  return 0;
}

struct RemoveCommand {
  CertOptions common;
  std::vector<std::string> words;
  bool with_key = false;
};

struct Removed {
  FoundCertificate what;
  std::vector<std::string> uses = {};  ///< that have lost it
};

Result<Removed> remove_certificate(const RemoveCommand& command) {
  SG_TRY_ASSIGN(const Thumbprint thumbprint, thumbprint_of(command.words));
  SG_TRY_ASSIGN(const CertStores stores, CertStores::open(command.common, false));
  SG_TRY_ASSIGN(auto found, find_certificate(stores, thumbprint));
  if (found.size() > 1) {
    std::string places;
    for (const FoundCertificate& place : found) {
      places += (places.empty() ? "" : ", ") + std::string(to_string(place.store));
    }
    return fail(kSeveralStores, "the certificate is in several stores: " + places, {}, "say which one: --store NAME");
  }
  SG_TRY_ASSIGN(const auto uses, uses_beside(stores));
  const auto action = admin::certificate_action("certificate.remove", stores.id(found.front().store).description(),
                                                found.front().entry.certificate);
  if (stores.database() != nullptr) SG_TRY(begin(*stores.database(), {action}));
  const auto gone = stores.store().remove(stores.id(found.front().store), thumbprint, command.with_key);
  if (stores.database() != nullptr) SG_TRY(audited(*stores.database(), action, gone));
  SG_TRY(gone);
  Removed removed{std::move(found.front())};
  removed.uses = used_by(uses, removed.what.entry.certificate, SystemClock().now());
  return removed;
}

}  // namespace

int run_cert_export(const Args& args) {
  CLI::App app{"Write a certificate, with its private key if wanted, to a file"};
  configure_app(app, "sealgate cert export",
                "  sealgate cert export THUMBPRINT --out contoso.cer --format der\n"
                "  sealgate cert export THUMBPRINT --out contoso.pfx --password-file pw.txt   # with private key\n"
                "  sealgate cert export --all --with-keys --password-file pw.txt --out ./exported\n"
                "  sealgate cert export --all --store OtherPeople --out partners.p7b\n");
  ExportCommand command;
  app.add_option("THUMBPRINT", command.words, "SHA-1 (40 digits) or SHA-256 (64); blanks and colons do not matter")
      ->type_name("THUMBPRINT");
  app.add_flag("--all", command.all, "Every certificate (of --store), into a folder or one .p7b or .pem file");
  app.add_flag("--with-keys", command.with_keys, "With --all: own certificates with their private keys");
  app.add_option("--format", command.format,
                 "pem (default), der, p7b, or p12 with private key (default with --password-file)")
      ->type_name("FORM")
      ->check(CLI::IsMember({"pem", "der", "p7b", "p12"}));
  app.add_option("--out", command.out, "Output file; - is standard output")->type_name("FILE")->capture_default_str();
  app.add_option("--password-file", command.password_file, "First line: the password that protects the private key")
      ->type_name("FILE");
  app.add_flag("--chain", command.with_chain, "With the authorities above it that are in the stores (not with der)");
  add_cert_options(app, command.common, "Only this store");
  if (const auto status = parse(app, args)) return *status;
  if (command.all != command.words.empty()) {
    return print_usage_error("name a certificate by its thumbprint, or --all of them", app.get_name());
  }
  if (command.all) return export_everything(command);
  if (command.with_keys) return print_usage_error("--with-keys goes with --all", app.get_name());
  if (command.format.empty()) command.format = command.password_file.empty() ? "pem" : "p12";
  if (command.format != "p12" && !command.password_file.empty()) {
    return print_usage_error("only --format p12 is protected by a password", app.get_name());
  }
  if (command.format == "der" && command.with_chain) {
    return print_usage_error("--format der holds one certificate; use pem, p7b or p12 with --chain", app.get_name());
  }
  const auto exported = export_certificate(command);
  return exported ? 0 : print_error(exported.error());
}

int run_cert_remove(const Args& args) {
  CLI::App app{"Remove a certificate from a store"};
  configure_app(app, "sealgate cert remove", "  sealgate cert remove THUMBPRINT --store OtherPeople\n");
  RemoveCommand command;
  app.add_option("THUMBPRINT", command.words, "SHA-1 (40 digits) or SHA-256 (64); blanks and colons do not matter")
      ->required()
      ->type_name("THUMBPRINT");
  app.add_flag("--with-key", command.with_key, "Remove it even if its private key is lost with it");
  add_cert_options(app, command.common, "From this store; needed when several hold it");
  if (const auto status = parse(app, args)) return *status;
  const auto removed = remove_certificate(command);
  if (!removed) return print_error(removed.error());
  const Certificate& certificate = removed->what.entry.certificate;
  if (command.common.json()) {
    const nlohmann::json document = {{"store", to_string(removed->what.store)},
                                     {"thumbprint", certificate.thumbprint().to_biztalk()},
                                     {"subject", certificate.subject()},
                                     {"private_key", removed->what.entry.has_private_key},
                                     {"still_assigned", removed->uses}};
    print_document(document, command.common.output);
  } else {
    const StoreId id{removed->what.store, command.common.account};
    std::puts(printable("removed from " + id.description() + ": " + certificate.thumbprint().to_biztalk() + "  " +
                        certificate.display_subject() +
                        (removed->what.entry.has_private_key ? ", with its private key" : ""))
                  .c_str());
    for (const std::string& use : removed->uses) {
      print_field("Warning", "still assigned: " + use + "; messages that need it are suspended until it is back");
    }
  }
  return 0;
}

}  // namespace sealgate::cli
