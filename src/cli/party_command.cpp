// sealgate party add: a party and its certificates in one step.

#include <algorithm>
#include <array>
#include <cstdio>

#include "admin/configure.h"
#include "audit/check.h"
#include "base/clock.h"
#include "certificates/errors.h"
#include "cli/artifact_output.h"
#include "cli/audit_trail.h"
#include "cli/command.h"
#include "cli/comment_option.h"
#include "cli/data_folder.h"
#include "cli/errors.h"
#include "cli/key_files.h"
#include "cli/parse.h"
#include "cli/subcommands.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using certificates::Certificate;
using certificates::StoreId;
using certificates::StoreName;

constexpr const char* kExamples =
    "  sealgate party add Fabrikam --certificate fabrikam.cer\n"
    "  sealgate party add Fabrikam --certificate new.cer --from 2027-01-01T00:00:00Z   # beside the one it has\n";

struct AddOptions {
  StoreChoice where;
  std::string name;
  std::string description;
  std::vector<std::string> files;
  std::string from;
  std::string until;
  std::string comment;
};

/// Added by this run, to be taken back when the party cannot be stored.
using Added = std::vector<std::pair<StoreId, Certificate>>;

Result<std::vector<Certificate>> import_files(const AddOptions& options, store::Store& store, Added& added) {
  SG_TRY_ASSIGN(const auto all, load_certificates(options.files, nullptr));
  std::vector<Certificate> own;
  for (const Certificate& certificate : all) {
    // What a file brings along of the chain: trusted are only roots that somebody declared so.
    const bool authority = certificate.is_ca();
    if (authority && certificate.self_signed()) {
      print_note("'" + certificate.short_name() +
                 "' is a root: if you know it to be genuine, import it with: sealgate "
                 "cert import FILE --trust-roots");
      continue;
    }
    const StoreId id{authority ? StoreName::IntermediateAuthorities : StoreName::OtherPeople, {}};
    SG_TRY_ASSIGN(const auto outcome, store.certificates().add(id, {certificate}));
    if (outcome == certificates::AddOutcome::Added) added.emplace_back(id, certificate);
    if (authority) continue;
    own.push_back(certificate);
    for (const auto usage : {certificates::Usage::Verify, certificates::Usage::Encrypt}) {
      const std::string reason = audit::misfit(certificate, usage);
      if (!reason.empty()) {
        print_note("'" + certificate.short_name() + "' cannot be used to " + std::string(to_string(usage)) + ": " +
                   reason);
      }
    }
  }
  if (own.empty()) {
    return fail(kNoCertificate, "the files hold no certificate of a partner, only authorities", options.files.front(),
                "name the file with the partner's own certificate");
  }
  return own;
}

Result<> put_party(const AddOptions& options, store::Store& store, const std::vector<Certificate>& own) {
  std::optional<Time> from;
  std::optional<Time> until;
  if (!options.from.empty()) {
    SG_TRY_ASSIGN(from, parse_rfc3339(options.from));
  }
  if (!options.until.empty()) {
    SG_TRY_ASSIGN(until, parse_rfc3339(options.until));
  }
  const SystemClock clock;
  // As a document, so that name and certificates are judged like those of `apply`.
  const auto make = [&]() -> Result<artifacts::Plan> {
    SG_TRY_ASSIGN(const auto snapshot, store.artifacts().load());
    const artifacts::Party* existing = snapshot.set.find_party(options.name);
    artifacts::Party party = existing != nullptr ? *existing : artifacts::Party{};
    party.name = options.name;
    if (!options.description.empty()) party.description = options.description;
    for (const Certificate& certificate : own) {
      const bool known = std::ranges::any_of(party.verification_certificates, [&](const auto& assignment) {
        return certificate.has_thumbprint(assignment.certificate);
      });
      if (!known) party.verification_certificates.push_back({certificate.thumbprint(), from, until});
    }
    SG_TRY_ASSIGN(const auto documents, artifacts::parse_documents(artifacts::to_yaml(party), "party add"));
    return artifacts::plan_apply(store.artifacts(), documents, clock.now());
  };
  SG_TRY_ASSIGN(const auto done,
                admin::configure(store.artifacts(), store.certificates(), {}, clock, make,
                                 {.author = {local_principal(), options.comment}, .accept_wrong_usage = true}));
  for (const artifacts::Change& change : done.plan.changes) print_change(shown(change));
  return {};
}

Result<> add_party(const AddOptions& options) {
  SG_TRY_ASSIGN(const auto store, open_chosen_store(options.where, true));
  Added added;
  const auto done = [&]() -> Result<> {
    SG_TRY_ASSIGN(const auto own, import_files(options, *store, added));
    return put_party(options, *store, own);
  }();
  if (done) {
    std::vector<access::AuditAction> actions;
    for (const auto& [id, certificate] : added) {
      actions.push_back(admin::certificate_action("certificate.import", id.description(), certificate));
    }
    SG_TRY(record(*store, std::move(actions)));
    for (const auto& [id, certificate] : added) {
      std::puts(printable("imported into " + id.description() + ": '" + certificate.short_name() + "' (" +
                          certificate.thumbprint().to_biztalk() + ")")
                    .c_str());
    }
    return {};
  }
  // First the certificates, then the party: a party never names what is not there. Without it they go again.
  for (const auto& [id, certificate] : added) {
    (void)store->certificates().remove(id, certificate.thumbprint_sha256(), false);
  }
  return done;
}

int run_party_add(const Args& args) {
  CLI::App app{"Add a party with its certificates, or more certificates to a party that is there"};
  configure_app(app, "sealgate party add", kExamples);
  AddOptions options;
  app.add_option("NAME", options.name, "Its name")->required();
  app.add_option("--certificate", options.files,
                 "File with its certificate; what else is in it goes where it belongs")
      ->type_name("FILE")
      ->required();
  app.add_option("--description", options.description, "What people should know of it")->type_name("TEXT");
  app.add_option("--from", options.from, "Its messages may be signed with the certificate from then on (RFC 3339)")
      ->type_name("TIME");
  app.add_option("--until", options.until, "... and no more from then on")->type_name("TIME");
  add_comment_option(app, options.comment);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  const auto done = add_party(options);
  return done ? 0 : print_error(done.error());
}

constexpr std::array kMembers = {
    Command{"add", "Add a party with its certificates, or certificates to a party", run_party_add},
};

constexpr Family kFamily{
    "party", "Manage trading partners", kMembers,
    "Everything else of a party is in its document: sealgate get Party NAME -o yaml, sealgate apply.\n"
    "It goes with: sealgate delete Party NAME --with-certificates"};

}  // namespace

int run_party(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
