// sealgate cert import: files of any format into the stores, each certificate where it belongs.

#include <filesystem>
#include <optional>

#include "admin/certificate_import.h"
#include "admin/import_preview.h"
#include "admin/overlay_certificate_store.h"
#include "base/clock.h"
#include "certificates/errors.h"
#include "cli/audit_begun.h"
#include "cli/audit_trail.h"
#include "cli/cert_command.h"
#include "cli/cert_import_report.h"
#include "cli/cert_transfer.h"
#include "cli/errors.h"
#include "cli/key_files.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/token_option.h"
#include "mime/base64.h"
#include "tokens/token_key.h"

namespace sealgate::cli {
namespace {

using namespace certificates;

constexpr std::size_t kLongestName = 256;  ///< of a file, in the API

constexpr const char* kExamples =
    "  sealgate cert import contoso.pfx --password-file pw.txt    # own certificate with its key\n"
    "  sealgate cert import fabrikam.cer                          # a partner's certificate\n"
    "  sealgate cert import ours.cer --token 'pkcs11:token=HSM;object=ours' --pin-file pin.txt\n"
    "  sealgate cert import root.pem --trust-roots                # an authority that you trust\n"
    "  sealgate cert import leaked.cer --store Untrusted\n"
    "  sealgate cert import new.pfx --password-file pw.txt --dry-run   # what it is, and what it could replace\n"
    "  sealgate cert import ./exported --password-file pw.txt     # a folder of cert export --all\n";

struct ImportCommand {
  CertOptions common;
  std::vector<std::string> files;
  std::string password_file;
  bool trust_roots = false;
  bool dry_run = false;
  TokenOption token;
  ApiChoice api;
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

/// What admin::imported_json() looks at. A folder of certificates has no configuration.
Result<admin::Foresight> foresight_of(const CertStores& stores) {
  if (stores.database() != nullptr) return admin::look_ahead(*stores.database(), {});
  admin::Foresight none;
  none.uses = std::make_unique<audit::Uses>(none.set);
  return none;
}

Result<Json> report_json(const admin::ImportPlace& place, const CertStores& stores,
                         const admin::ImportReport& report) {
  const Time now = SystemClock().now();
  SG_TRY_ASSIGN(const admin::Foresight foresight, foresight_of(stores));
  Json json = empty_import_report(place.dry_run);
  for (const admin::Imported& entry : report.imported) {
    SG_TRY_ASSIGN(Json one, admin::imported_json(place.store, foresight, entry, now));
    json["imported"].push_back(std::move(one));
  }
  for (const Certificate& root : report.untrusted_roots) json["untrusted_roots"].push_back(admin::root_json(root));
  for (const Crl& list : report.stored) json["lists"].push_back(admin::list_json(list));
  json["revocation_lists"] = report.lists;
  json["notes"] = report.notes;
  return json;
}

/// For the audit log.
std::string names_of(const ImportCommand& command) {
  std::string names;
  for (const std::string& file : command.files) names += (names.empty() ? "" : ", ") + file;
  return command.token.given() ? names + (names.empty() ? "" : ", ") + "a token" : names;
}

Result<Json> import_here(const ImportCommand& command) {
  SG_TRY_ASSIGN(auto material, read_files(command));
  SG_TRY_ASSIGN(const auto stores, CertStores::open(command.common, !command.dry_run));
  admin::OverlayCertificateStore overlay(stores.store());
  admin::ImportPlace place{command.dry_run ? overlay : stores.store(),
                           command.common.where.data,
                           stores.id(StoreName::Personal).account,
                           stores.chosen(),
                           command.trust_roots,
                           {},
                           command.dry_run};
  if (stores.database() != nullptr) {
    SG_TRY_ASSIGN(place.configuration, stores.database()->artifacts().load());
  }
  const bool records = stores.database() != nullptr && !command.dry_run;
  if (records) SG_TRY(begin(*stores.database(), {{"certificate.import", names_of(command), {}, {}, {}}}));
  SG_TRY_ASSIGN(const auto report, admin::import_material(place, std::move(material), SystemClock().now()));
  if (records) SG_TRY(record(*stores.database(), actions_of(report)));
  return report_json(place, stores, report);
}

Result<ApiRequest> request_of(const ImportCommand& command) {
  Json json{{"files", Json::array()}, {"account", command.common.account}, {"trust_roots", command.trust_roots}};
  for (const std::string& file : command.files) {
    SG_TRY_ASSIGN(Bytes content, read_bundle_file(file));
    // The name is for messages only.
    json["files"].push_back({{"name", file.substr(0, kLongestName)}, {"content", mime::base64_encode(content)}});
    wipe(content.data(), content.size());
  }
  if (!command.password_file.empty()) {
    SG_TRY_ASSIGN(const Secret password, read_password_file(command.password_file));
    json["password"] = password.text();
  }
  if (!command.common.stores.empty()) {
    SG_TRY_ASSIGN(const StoreName chosen, parse_store_name(command.common.stores.back()));
    json["store"] = to_string(chosen);
  }
  ApiRequest request{"POST", "/certificates"};
  if (command.dry_run) request.query.emplace_back("dry-run", "true");
  request.body = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return request;
}

Result<Json> import_by_api(ApiClient& api, const ImportCommand& command) {
  SG_TRY_ASSIGN(ApiRequest request, request_of(command));
  const auto told = api.json(request);
  wipe(request.body.data(), request.body.size());
  if (!told) return fail(told.error());
  // A dry run tells of a file that cannot be read among the others; here it ends the command, as without.
  for (const Json& file : told->value("files", Json::array())) {
    if (file.contains("refused") && file["refused"].is_object()) return fail(error_of(file["refused"]));
  }
  return *told;
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
  std::vector<std::string> notes;
  const auto steps = steps_of(command, notes);
  if (!steps) return print_error(steps.error());
  std::unique_ptr<ApiClient> api;
  if (!command.api.url.empty()) {
    auto opened = ApiClient::open({command.common.where, command.api});
    if (!opened) return print_error(opened.error());
    api = std::move(*opened);
  }
  Json report = empty_import_report(command.dry_run);
  report["notes"] = notes;
  std::optional<Progress> progress(std::in_place, "Importing");
  for (const ImportCommand& step : *steps) {
    auto part = api != nullptr ? import_by_api(*api, step) : import_here(step);
    if (!part) {
      progress.reset();
      return print_error(part.error());
    }
    progress->add((*part)["imported"].size());
    join_reports(report, std::move(*part));
  }
  progress.reset();
  print_import_report(report, command.common.output);
  for (const Json& root : report["untrusted_roots"]) {
    print_note("'" + root.value("name", "") + "' (" + root.value("thumbprint", "") +
               ") is self-signed and was not put into TrustedRoots; if you know it to be genuine, import it again "
               "with --trust-roots");
  }
  if (report["imported"].empty() && report["revocation_lists"] == 0) {
    return print_error({kNotTrusted,
                        std::string("nothing ") + (command.dry_run ? "would be" : "was") +
                            " imported: the file holds self-signed authorities only",
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
  app.add_flag("--dry-run", command.dry_run,
               "Tell what would go where, what it is good for and what it could replace, but store nothing");
  add_cert_api_options(app, command.api);
  app.get_option("--api")->excludes("--token");
  if (const auto status = parse(app, args)) return *status;
  settle(app, command.common, command.api, command.token.given());
  if (command.files.empty() && !command.token.given()) {
    return print_error({kBadOption, "there is nothing to import", {}, "name the files, or a key with --token"});
  }
  return import(command);
}

}  // namespace sealgate::cli
