// sealgate delete: one artifact out of the configuration, and a party's certificates with it.

#include <cstdio>

#include "admin/configure.h"
#include "artifacts/errors.h"
#include "audit/uses.h"
#include "base/clock.h"
#include "certificates/errors.h"
#include "cli/artifact_output.h"
#include "cli/audit_begun.h"
#include "cli/audit_trail.h"
#include "cli/command.h"
#include "cli/comment_option.h"
#include "cli/parse.h"
#include "cli/remote_configuration.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using certificates::StoreId;
using certificates::StoreName;

struct DeleteOptions {
  Place place;
  std::string kind;
  std::string name;
  bool with_certificates = false;
  std::string comment;
};

std::string in_words(const certificates::Certificate& certificate) {
  return "'" + certificate.short_name() + "' (" + certificate.thumbprint().to_biztalk() + ")";
}

/// After the artifact is gone: a certificate that is removed too early would be missed by messages under way.
Result<> remove_orphans(store::Store& store, const std::vector<certificates::Certificate>& orphans) {
  for (const auto& certificate : orphans) {
    // Somebody may have assigned it meanwhile, or removed it.
    SG_TRY_ASSIGN(const auto current, store.artifacts().load());
    if (!audit::Uses(current.set).of(certificate).empty()) {
      print_note(in_words(certificate) + " stays: something else uses it by now");
      continue;
    }
    const StoreId partners{StoreName::OtherPeople, {}};
    const auto action = admin::certificate_action("certificate.remove", partners.description(), certificate);
    SG_TRY(begin(store, {action}));
    const auto removed = store.certificates().remove(partners, certificate.thumbprint_sha256(), false);
    if (!removed && removed.error().code != certificates::kCertificateNotFound) return removed;
    SG_TRY(record(store, {action}));
    std::puts(printable("removed from OtherPeople: " + in_words(certificate)).c_str());
  }
  return {};
}

void tell_orphan(const std::string& name, const std::string& thumbprint) {
  print_note("nothing else used " + name + " of OtherPeople; remove it with: sealgate cert remove " + thumbprint +
             " --store OtherPeople");
}

/// Of the account of a host that is gone.
void tell_left(const std::string& name, const std::string& thumbprint, const std::string& account, bool private_key) {
  print_note(
      "left in the Personal store of account " + account + ": " + name +
      (private_key ? ", with its private key" : "") +
      "; when no host will run as this account any more, export it if needed and remove it with: sealgate cert "
      "remove " +
      thumbprint + " --store Personal --account " + account + (private_key ? " --with-key" : ""));
}

/// What stays behind and may go.
Result<> tell_leftovers(store::Store& store, const artifacts::Plan& plan, artifacts::Kind kind,
                        const std::string& name, const std::vector<certificates::Certificate>& orphans) {
  for (const auto& certificate : orphans) {
    tell_orphan(in_words(certificate), certificate.thumbprint().to_hex());
  }
  const artifacts::Host* host = kind == artifacts::Kind::Host ? plan.base.set.find_host(name) : nullptr;
  if (host == nullptr) return {};
  SG_TRY_ASSIGN(const auto left, audit::left_behind(plan.base.set, *host, store.certificates()));
  for (const auto& entry : left) {
    tell_left(in_words(entry.certificate), entry.certificate.thumbprint().to_hex(), host->account,
              entry.has_private_key);
  }
  return {};
}

Result<> remove_by_api(const DeleteOptions& options, artifacts::Kind kind) {
  SG_TRY_ASSIGN(const auto api, ApiClient::open(options.place));
  SG_TRY_ASSIGN(const Applied applied, remove_artifact(*api, kind, options.name, options.comment));
  for (const ShownChange& change : applied.changes) print_change(change);
  for (const Applied::Orphan& orphan : applied.orphans) {
    const std::string name = "'" + orphan.name + "' (" + orphan.thumbprint + ")";
    SG_TRY_ASSIGN(const auto thumbprint, certificates::Thumbprint::parse(orphan.thumbprint));
    if (!options.with_certificates) {
      tell_orphan(name, thumbprint.to_hex());
      continue;
    }
    ApiRequest request{"DELETE", "/certificates" + segment(thumbprint.to_hex()), {{"store", "OtherPeople"}}};
    const auto removed = api->json(request);
    if (!removed && removed.error().code != certificates::kCertificateNotFound) return fail(removed.error());
    std::puts(printable("removed from OtherPeople: " + name).c_str());
  }
  for (const Applied::LeftBehind& left : applied.left_behind) {
    SG_TRY_ASSIGN(const auto thumbprint, certificates::Thumbprint::parse(left.thumbprint));
    tell_left("'" + left.name + "' (" + left.thumbprint + ")", thumbprint.to_hex(), left.account, left.private_key);
  }
  return {};
}

Result<> remove_here(const DeleteOptions& options, artifacts::Kind kind) {
  SG_TRY_ASSIGN(const auto store, open_chosen_store(options.place.store, false));
  const SystemClock clock;
  std::vector<certificates::Certificate> orphans;
  admin::ConfigureOptions how{.author = {local_principal(), options.comment}};
  how.approve = [&](const artifacts::Plan& plan) -> Result<> {
    SG_TRY_ASSIGN(orphans, audit::orphaned(plan.base.set, plan.result, store->certificates()));
    return {};
  };
  const auto make = [&] { return artifacts::plan_delete(store->artifacts(), kind, options.name, clock.now()); };
  SG_TRY_ASSIGN(const auto done, admin::configure(store->artifacts(), store->certificates(), {}, clock, make, how));
  for (const artifacts::Change& change : done.plan.changes) print_change(shown(change));
  if (options.with_certificates) SG_TRY(remove_orphans(*store, orphans));
  return tell_leftovers(*store, done.plan, kind, options.name,
                        options.with_certificates ? std::vector<certificates::Certificate>{} : orphans);
}

}  // namespace

int run_delete(const Args& args) {
  CLI::App app("Remove one artifact from the configuration; refused while others refer to it");
  configure_app(app, "sealgate delete",
                "  sealgate delete SendPort Orders\n"
                "  sealgate delete Party Fabrikam --with-certificates\n");
  DeleteOptions options;
  app.add_option("KIND", options.kind, artifacts::kind_list())->type_name("KIND")->required();
  app.add_option("NAME", options.name, "Its name")->type_name("ARTIFACT")->required();
  app.add_flag("--with-certificates", options.with_certificates,
               "Remove the partners' certificates that nothing else uses as well; never one of your own");
  add_comment_option(app, options.comment);
  add_place_options(app, options.place);
  if (const auto status = parse(app, args)) return *status;
  settle(app, options.place);
  const auto kind = artifacts::parse_kind(options.kind);
  if (!kind) return print_error(unknown_kind(options.kind, false));
  const auto done = is_remote(options.place) ? remove_by_api(options, *kind) : remove_here(options, *kind);
  return done ? 0 : print_error(done.error());
}

}  // namespace sealgate::cli
