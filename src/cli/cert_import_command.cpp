// sealgate cert import: files of any format into the stores, each certificate where it belongs.

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "certificates/errors.h"
#include "certificates/usage.h"
#include "cli/audit_trail.h"
#include "cli/cert_arrival.h"
#include "cli/cert_command.h"
#include "cli/cert_describe.h"
#include "cli/cert_transfer.h"
#include "cli/errors.h"
#include "cli/key_files.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/token_option.h"
#include "revocation/errors.h"
#include "revocation/list_intake.h"
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

/// All files together: a key may lie in another file than its certificate.
struct Material {
  std::vector<ImportedCertificate> certificates;
  std::vector<crypto::PrivateKey> keys;
  std::vector<bool> key_used;
  std::vector<Crl> crls;
  std::vector<std::string> notes;
  std::optional<tokens::TokenUri> token;  ///< the key of the first certificate stays there
};

struct Imported {
  Certificate certificate;
  StoreName store;
  std::string place;  ///< "Personal of account default"
  bool with_key;
  AddOutcome outcome;
};

struct Report {
  std::vector<Arrival> arrivals;
  std::vector<Imported> imported;
  std::vector<Certificate> untrusted_roots;
  std::size_t lists = 0;
  std::vector<std::string> notes;
};

/// The certificate that lies beside the key.
Result<> read_from_token(Material& material) {
  SG_TRY_ASSIGN(const auto der, tokens::read_certificate(*material.token));
  if (!der) {
    return fail(kNoCertificate, "the token holds no certificate beside the key", material.token->display(),
                "name the file of the certificate: sealgate cert import FILE --token URI");
  }
  SG_TRY_ASSIGN(Certificate certificate, Certificate::from_der(*der));
  material.certificates.push_back({std::move(certificate), {}, {}});
  return {};
}

Result<Material> read_files(const ImportCommand& command) {
  std::optional<Secret> password;
  if (!command.password_file.empty()) {
    SG_TRY_ASSIGN(password, read_password_file(command.password_file));
  }
  Material material;
  if (command.token.given()) {
    SG_TRY_ASSIGN(material.token, command.token.uri());
    if (command.files.empty()) SG_TRY(read_from_token(material));
  }
  for (const std::string& file : command.files) {
    SG_TRY_ASSIGN(ImportBundle bundle, load_bundle(file, password ? &*password : nullptr));
    for (auto& entry : bundle.certificates) material.certificates.push_back(std::move(entry));
    for (auto& key : bundle.keys) material.keys.push_back(std::move(key));
    for (auto& crl : bundle.crls) material.crls.push_back(std::move(crl));
    for (const auto& note : bundle.notes) material.notes.push_back(file + ": " + note);
  }
  material.key_used.resize(material.keys.size(), false);
  for (ImportedCertificate& entry : material.certificates) {
    entry.key_index.reset();
    const auto public_key = entry.certificate.public_key();
    for (std::size_t index = 0; public_key && index < material.keys.size(); ++index) {
      if (crypto::matches(material.keys[index], *public_key)) entry.key_index = index;
    }
  }
  return material;
}

bool is_authority(const Certificate& certificate) {
  const auto constraints = certificate.basic_constraints();
  return constraints && constraints->ca;
}

class Importer {
 public:
  Importer(const ImportCommand& command, const CertStores& stores, Material material)
      : command_(command), stores_(stores), material_(std::move(material)) {}

  Result<Report> run() {
    report_.notes = material_.notes;
    if (material_.token) SG_TRY(import_token_certificate());
    for (const ImportedCertificate& entry : material_.certificates) SG_TRY(import_one(entry));
    for (std::size_t index = 0; index < material_.keys.size(); ++index) {
      if (!material_.key_used[index]) SG_TRY(import_lone_key(material_.keys[index]));
    }
    if (!material_.crls.empty()) SG_TRY(import_lists());
    return std::move(report_);
  }

 private:
  /// After the certificates: the issuer of a list may be among them.
  Result<> import_lists() {
    SG_TRY_ASSIGN(const auto intake, revocation::take_in(stores_.store(), material_.crls, SystemClock().now()));
    report_.lists = intake.stored.size();
    for (const Error& refused : intake.refused) {
      if (!(refused.code == revocation::kOlderList)) return fail(refused);
      report_.notes.push_back(refused.what + " (" + refused.where + ")");
      ++report_.lists;
    }
    return {};
  }

  Result<> import_token_certificate() {
    if (material_.certificates.empty()) {
      return fail(kNoCertificate, "the files hold no certificate for the token's key", material_.token->display(),
                  "name the file of the certificate that was made for the key");
    }
    const ImportedCertificate own = material_.certificates.front();
    material_.certificates.erase(material_.certificates.begin());
    SG_TRY_ASSIGN(const AccountKey account_key, stores_.account_key(true));
    SG_TRY_ASSIGN(const AddOutcome outcome, add_with_token_key(stores_.store(), account_key, own.certificate,
                                                               *material_.token, own.friendly_name));
    report_.imported.push_back(
        {own.certificate, StoreName::Personal, stores_.id(StoreName::Personal).description(), true, outcome});
    return {};
  }

  Result<> import_one(const ImportedCertificate& entry) {
    if (stores_.chosen()) {
      if (entry.key_index && *stores_.chosen() != StoreName::Personal) {
        report_.notes.push_back("the private key of '" + entry.certificate.short_name() +
                                "' was left out: only Personal holds private keys");
        material_.key_used[*entry.key_index] = true;
      }
      return add(entry, *stores_.chosen());
    }
    if (entry.key_index) return add(entry, StoreName::Personal);
    const bool root = entry.certificate.self_signed();
    if (is_authority(entry.certificate) && !root) return add(entry, StoreName::IntermediateAuthorities);
    if (!is_authority(entry.certificate)) SG_TRY(add(entry, StoreName::OtherPeople));
    if (!root) return {};
    if (command_.trust_roots) return add(entry, StoreName::TrustedRoots);
    report_.untrusted_roots.push_back(entry.certificate);
    return {};
  }

  Result<> add(const ImportedCertificate& entry, StoreName name) {
    const bool with_key = name == StoreName::Personal && entry.key_index.has_value();
    if (!with_key) {
      SG_TRY_ASSIGN(const AddOutcome outcome,
                    stores_.store().add(stores_.id(name), {entry.certificate, entry.friendly_name}));
      SG_TRY_ASSIGN(const auto stored, stores_.store().find(stores_.id(name), entry.certificate.thumbprint_sha256()));
      report_.imported.push_back(
          {entry.certificate, name, stores_.id(name).description(), stored && stored->has_private_key, outcome});
      return {};
    }
    return add_with_key(entry.certificate, *entry.key_index, entry.friendly_name);
  }

  Result<> add_with_key(const Certificate& certificate, std::size_t key_index, const std::string& friendly_name) {
    SG_TRY_ASSIGN(const AccountKey account_key, stores_.account_key(true));
    SG_TRY_ASSIGN(const AddOutcome outcome, add_with_private_key(stores_.store(), account_key, certificate,
                                                                 material_.keys[key_index], friendly_name));
    material_.key_used[key_index] = true;
    report_.imported.push_back(
        {certificate, StoreName::Personal, stores_.id(StoreName::Personal).description(), true, outcome});
    return {};
  }

  /// A key file alone: for a certificate that is in Personal without its key.
  Result<> import_lone_key(const crypto::PrivateKey& key) {
    SG_TRY_ASSIGN(const auto personal, stores_.store().list(stores_.id(StoreName::Personal)));
    for (const StoredCertificate& entry : personal) {
      const auto public_key = entry.certificate.public_key();
      if (!public_key || !crypto::matches(key, *public_key)) continue;
      SG_TRY_ASSIGN(const AccountKey account_key, stores_.account_key(true));
      SG_TRY_ASSIGN(const AddOutcome outcome,
                    add_with_private_key(stores_.store(), account_key, entry.certificate, key));
      report_.imported.push_back(
          {entry.certificate, StoreName::Personal, stores_.id(StoreName::Personal).description(), true, outcome});
      return {};
    }
    return fail(kKeyDoesNotFit, "a private key belongs to no certificate of the files nor of Personal", {},
                "name the file with its certificate as well: sealgate cert import CERT KEY");
  }

  const ImportCommand& command_;
  const CertStores& stores_;
  Material material_;
  Report report_;
};

std::string_view to_string(AddOutcome outcome) {
  switch (outcome) {
    case AddOutcome::Added:
      return "added";
    case AddOutcome::KeyAdded:
      return "private key added";
    case AddOutcome::AlreadyThere:
      return "already there";
  }
  return "";
}

void print_table_form(const Report& report, Time now) {
  const bool colours = use_colours(stdout);
  for (std::size_t i = 0; i < report.imported.size(); ++i) {
    const Imported& entry = report.imported[i];
    const std::string title =
        entry.place + (entry.with_key ? ", with private key: " : ": ") + std::string(to_string(entry.outcome));
    std::fputs((coloured(printable(title), Colour::Green, colours) + "\n").c_str(), stdout);
    print_field("Thumbprint", entry.certificate.thumbprint().to_biztalk());
    print_field("Subject", entry.certificate.display_subject());
    print_field("Valid", date_of(entry.certificate.not_before()) + " to " + date_of(entry.certificate.not_after()));
    print_field("Usages", is_authority(entry.certificate) ? "authority" : usages_of(entry.certificate));
    for (const std::string& warning : warnings_of(entry.certificate, entry.store, entry.with_key, now)) {
      print_field("Warning", warning, Colour::Yellow);
    }
    for (const std::string& use : report.arrivals[i].fits) print_field("Used by", use);
    for (const std::string& misfit : report.arrivals[i].misfits) print_field("Does not fit", misfit, Colour::Red);
  }
  if (report.lists > 0) std::printf("Revocation lists: %zu\n", report.lists);
}

void print_json_form(const Report& report, Time now) {
  nlohmann::json imported = nlohmann::json::array();
  for (std::size_t i = 0; i < report.imported.size(); ++i) {
    const Imported& entry = report.imported[i];
    nlohmann::json json = summary_json(entry.certificate, entry.store, entry.with_key, now);
    json["outcome"] = to_string(entry.outcome);
    json["used_by"] = report.arrivals[i].fits;
    json["misfits"] = report.arrivals[i].misfits;
    imported.push_back(std::move(json));
  }
  nlohmann::json roots = nlohmann::json::array();
  for (const Certificate& root : report.untrusted_roots) {
    roots.push_back({{"thumbprint", root.thumbprint().to_biztalk()}, {"subject", root.subject()}});
  }
  const nlohmann::json document = {
      {"imported", imported}, {"not_trusted", roots}, {"revocation_lists", report.lists}, {"notes", report.notes}};
  std::puts(document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

std::vector<access::AuditAction> actions_of(const Report& report) {
  std::vector<access::AuditAction> actions;
  for (const Imported& entry : report.imported) {
    if (entry.outcome == AddOutcome::AlreadyThere) continue;
    actions.push_back(admin::certificate_action("certificate.import", entry.place, entry.certificate));
    actions.back().details.emplace_back("private-key", entry.with_key ? "yes" : "no");
  }
  if (report.lists > 0) actions.push_back({"crl.import", std::to_string(report.lists) + " lists", {}, {}, {}});
  return actions;
}

Result<Report> import_into(const ImportCommand& command) {
  SG_TRY_ASSIGN(auto material, read_files(command));
  SG_TRY_ASSIGN(const auto stores, CertStores::open(command.common, true));
  SG_TRY_ASSIGN(Report report, Importer(command, stores, std::move(material)).run());
  for (const Imported& entry : report.imported) {
    SG_TRY_ASSIGN(Arrival arrival, judge_arrival(stores, entry.certificate, entry.store));
    report.arrivals.push_back(std::move(arrival));
  }
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
  Report all;
  const auto steps = steps_of(command, all.notes);
  if (!steps) return print_error(steps.error());
  for (const ImportCommand& step : *steps) {
    auto part = import_into(step);
    if (!part) return print_error(part.error());
    for (auto& entry : part->imported) all.imported.push_back(std::move(entry));
    for (auto& arrival : part->arrivals) all.arrivals.push_back(std::move(arrival));
    for (auto& root : part->untrusted_roots) all.untrusted_roots.push_back(std::move(root));
    for (auto& note : part->notes) all.notes.push_back(std::move(note));
    all.lists += part->lists;
  }
  const Result<Report> report = std::move(all);
  const Time now = SystemClock().now();
  if (command.common.json()) {
    print_json_form(*report, now);
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
         "files", command.files,
         "PEM, DER, PKCS#7 or PKCS#12 files, in any mixture, or folders of cert export --all; - is standard input")
      ->type_name("FILE...");
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
