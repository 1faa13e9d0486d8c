// sealgate cert import: files of any format into the stores, each certificate where it belongs.

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "admin/certificate_import.h"
#include "base/clock.h"
#include "certificates/errors.h"
#include "cli/audit_trail.h"
#include "cli/cert_command.h"
#include "cli/cert_describe.h"
#include "cli/cert_transfer.h"
#include "cli/errors.h"
#include "cli/key_files.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/token_option.h"
#include "tokens/token_key.h"

namespace sealgate::cli {
namespace {

using namespace certificates;

constexpr const char* kExamples =
    "  sealgate cert import contoso.pfx --password-file pw.txt    # own certificate with its key\n"
    "  sealgate cert import fabrikam.cer                          # a partner's certificate\n"
    "  sealgate cert import ours.cer --token 'pkcs11:token=HSM;object=ours' --pin-file pin.txt\n"
    "  sealgate cert import root.pem --trust-roots                # an authority that you trust\n"
    "  sealgate cert import leaked.cer --store Untrusted\n"
    "  sealgate cert import ./exported --password-file pw.txt     # a folder of cert export --all\n";

struct ImportCommand {
  CertOptions common;
  std::vector<std::string> files;
  std::string password_file;
  bool trust_roots = false;
  TokenOption token;
};

/// The certificate that lies beside the key.
Result<> read_from_token(admin::ImportMaterial& material) {
  SG_TRY_ASSIGN(const auto der, tokens::read_certificate(*material.token));
  if (!der) {
    return fail(kNoCertificate, "the token holds no certificate beside the key", material.token->display(),
                "name the file of the certificate: sealgate cert import FILE --token URI");
  }
  SG_TRY_ASSIGN(Certificate certificate, Certificate::from_der(*der));
  material.certificates.push_back({std::move(certificate), {}, {}});
  return {};
}

Result<admin::ImportMaterial> read_files(const ImportCommand& command) {
  std::optional<Secret> password;
  if (!command.password_file.empty()) {
    SG_TRY_ASSIGN(password, read_password_file(command.password_file));
  }
  admin::ImportMaterial material;
  if (command.token.given()) {
    SG_TRY_ASSIGN(material.token, command.token.uri());
    if (command.files.empty()) SG_TRY(read_from_token(material));
  }
  for (const std::string& file : command.files) {
    SG_TRY_ASSIGN(ImportBundle bundle, load_bundle(file, password ? &*password : nullptr));
    material.add(std::move(bundle), file);
  }
  if (material.token && material.certificates.empty()) {
    return fail(kNoCertificate, "the files hold no certificate for the token's key", material.token->display(),
                "name the file of the certificate that was made for the key");
  }
  return material;
}

void print_table_form(const admin::ImportReport& report, Time now) {
  const bool colours = use_colours(stdout);
  for (const admin::Imported& entry : report.imported) {
    const std::string title = entry.place.description() + (entry.with_key ? ", with private key: " : ": ") +
                              std::string(admin::outcome_word(entry.outcome));
    std::fputs((coloured(printable(title), Colour::Green, colours) + "\n").c_str(), stdout);
    print_field("Thumbprint", entry.certificate.thumbprint().to_biztalk());
    print_field("Subject", entry.certificate.display_subject());
    print_field("Valid", date_of(entry.certificate.not_before()) + " to " + date_of(entry.certificate.not_after()));
    print_field("Usages", admin::is_authority(entry.certificate) ? "authority" : usages_of(entry.certificate));
    for (const std::string& warning : warnings_of(entry.certificate, entry.place.name, entry.with_key, now)) {
      print_field("Warning", warning, Colour::Yellow);
    }
    for (const std::string& use : entry.arrival.fits) print_field("Used by", use);
    for (const std::string& misfit : entry.arrival.misfits) print_field("Does not fit", misfit, Colour::Red);
  }
  if (report.lists > 0) std::printf("Revocation lists: %zu\n", report.lists);
}

void print_report_document(const admin::ImportReport& report, Time now, const std::string& form) {
  nlohmann::json imported = nlohmann::json::array();
  for (const admin::Imported& entry : report.imported) {
    nlohmann::json json = admin::certificate_json(entry.certificate, entry.place.name, entry.with_key, now);
    json["outcome"] = admin::outcome_word(entry.outcome);
    json["used_by"] = entry.arrival.fits;
    json["misfits"] = entry.arrival.misfits;
    imported.push_back(std::move(json));
  }
  nlohmann::json roots = nlohmann::json::array();
  for (const Certificate& root : report.untrusted_roots) {
    roots.push_back({{"thumbprint", root.thumbprint().to_biztalk()}, {"subject", root.subject()}});
  }
  const nlohmann::json document = {
      {"imported", imported}, {"not_trusted", roots}, {"revocation_lists", report.lists}, {"notes", report.notes}};
  print_document(document, form);
}

std::vector<access::AuditAction> actions_of(const admin::ImportReport& report) {
  std::vector<access::AuditAction> actions;
  for (const admin::Imported& entry : report.imported) {
    if (entry.outcome == certificates::AddOutcome::AlreadyThere) continue;
    actions.push_back(admin::certificate_action("certificate.import", entry.place.description(), entry.certificate));
    actions.back().details.emplace_back("private-key", entry.with_key ? "yes" : "no");
  }
  if (report.lists > 0) actions.push_back({"crl.import", std::to_string(report.lists) + " lists", {}, {}, {}});
  return actions;
}

Result<admin::ImportReport> import_into(const ImportCommand& command) {
  SG_TRY_ASSIGN(auto material, read_files(command));
  SG_TRY_ASSIGN(const auto stores, CertStores::open(command.common, true));
  admin::ImportPlace place{stores.store(),  command.common.where.data, stores.id(StoreName::Personal).account,
                           stores.chosen(), command.trust_roots,       {}};
  if (stores.database() != nullptr) {
    SG_TRY_ASSIGN(place.configuration, stores.database()->artifacts().load());
  }
  SG_TRY_ASSIGN(auto report, admin::import_material(place, std::move(material), SystemClock().now()));
  if (stores.database() != nullptr) SG_TRY(record(*stores.database(), actions_of(report)));
  return report;
}

/// Folders become the files in them, each with the store that its place says.
Result<std::vector<ImportCommand>> steps_of(const ImportCommand& command, std::vector<std::string>& notes) {
  std::vector<ImportCommand> steps;
  ImportCommand files = command;
  files.files.clear();
  for (const std::string& file : command.files) {
    std::error_code problem;
    if (!std::filesystem::is_directory(file, problem)) {
      files.files.push_back(file);
      continue;
    }
    SG_TRY_ASSIGN(const auto pieces, pieces_of(file));
    for (const TransferPiece& piece : pieces) {
      if (piece.store == StoreName::TrustedRoots && !command.trust_roots) {
        notes.push_back(piece.file +
                        ": roots were left out; if you trust all of them, import again with --trust-roots");
        continue;
      }
      ImportCommand step = command;
      step.files = {piece.file};
      step.token = {};
      step.common.stores.emplace_back(to_string(piece.store));
      if (!piece.account.empty()) step.common.account = piece.account;
      steps.push_back(std::move(step));
    }
  }
  if (!files.files.empty() || command.token.given()) steps.push_back(std::move(files));
  return steps;
}

int import(const ImportCommand& command) {
  admin::ImportReport all;
  const auto steps = steps_of(command, all.notes);
  if (!steps) return print_error(steps.error());
  std::optional<Progress> progress(std::in_place, "Importing");
  for (const ImportCommand& step : *steps) {
    auto part = import_into(step);
    if (!part) {
      progress.reset();
      return print_error(part.error());
    }
    for (auto& entry : part->imported) all.imported.push_back(std::move(entry));
    for (auto& root : part->untrusted_roots) all.untrusted_roots.push_back(std::move(root));
    for (auto& note : part->notes) all.notes.push_back(std::move(note));
    all.lists += part->lists;
    progress->add(part->imported.size());
  }
  progress.reset();
  const Result<admin::ImportReport> report = std::move(all);
  const Time now = SystemClock().now();
  if (command.common.json()) {
    print_report_document(*report, now, command.common.output);
  } else {
    print_table_form(*report, now);
    for (const std::string& note : report->notes) print_note(note);
  }
  for (const Certificate& root : report->untrusted_roots) {
    print_note(
        "'" + root.short_name() + "' (" + root.thumbprint().to_biztalk() +
        ") is self-signed and was not put into TrustedRoots; if you know it to be genuine, import it again with "
        "--trust-roots");
  }
  if (report->imported.empty() && report->lists == 0) {
    return print_error({kNotTrusted,
                        "nothing was imported: the file holds self-signed authorities only",
                        {},
                        "compare the thumbprint with its owner, then import again with --trust-roots"});
  }
  return 0;
}

}  // namespace

int run_cert_import(const Args& args) {
  CLI::App app{"Put certificates, private keys and revocation lists from files into the stores"};
  configure_app(app, "sealgate cert import", kExamples);
  ImportCommand command;
  app.add_option(
         "FILE", command.files,
         "PEM, DER, PKCS#7 or PKCS#12 files, in any mixture, or folders of cert export --all; - is standard input")
      ->type_name("FILE");
  add_token_options(
      app, command.token,
      "The private key of the first certificate stays in a PKCS#11 token, at this pkcs11: address; without "
      "files the certificate comes from there, too");
  app.add_option("--password-file", command.password_file,
                 "First line: the password of PKCS#12 and encrypted key files")
      ->type_name("FILE");
  app.add_flag("--trust-roots", command.trust_roots, "Put self-signed certificates into TrustedRoots");
  add_cert_options(app, command.common,
                   "Put everything there; by default certificates with key go to Personal, authorities to "
                   "IntermediateAuthorities, others to OtherPeople");
  if (const auto status = parse(app, args)) return *status;
  if (command.files.empty() && !command.token.given()) {
    return print_error({kBadOption, "there is nothing to import", {}, "name the files, or a key with --token"});
  }
  return import(command);
}

}  // namespace sealgate::cli
