// sealgate apply: documents into the configuration, all of them or none.

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "admin/configure.h"
#include "artifacts/artifact_store.h"
#include "base/clock.h"
#include "cli/artifact_output.h"
#include "cli/audit_trail.h"
#include "cli/command.h"
#include "cli/comment_option.h"
#include "cli/foresight.h"
#include "cli/parse.h"
#include "cli/remote_configuration.h"
#include "cli/terminal.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::cli {
namespace {

using artifacts::Change;

constexpr const char* kExamples =
    "  sealgate apply -f gateway.yaml --dry-run\n"
    "  sealgate apply -f ./configuration -f extra.yaml\n"
    "  generate | sealgate apply -f -\n";

/// What a dry run compares with when there is no database yet, so that it need not make one.
class NothingStored final : public artifacts::ArtifactStore {
 public:
  Result<artifacts::Revision> revision() override { return 0; }
  Result<artifacts::Snapshot> load() override { return artifacts::Snapshot{}; }
  Result<artifacts::Revision> replace(const artifacts::ArtifactSet&, artifacts::Revision, Time,
                                      const artifacts::ChangeNote&) override {
    return 0;
  }
};

int print_faults(const Error& error, const std::vector<Error>& faults) {
  if (faults.empty()) return print_error(error);
  for (const Error& fault : faults) print_error(fault);
  return exit_status(error.code.error_class);
}

void print_summary(const std::vector<ShownChange>& changes, bool dry_run) {
  std::string text;
  for (const char* word : {"created", "changed", "unchanged"}) {
    const auto count = std::ranges::count(changes, word, &ShownChange::change);
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + word;
  }
  std::printf("%s%s\n", text.c_str(), dry_run ? " (dry run: nothing was stored)" : "");
}

/// The lines of whose certificates are assigned, and the warnings.
void print_review(const admin::AssignmentReview& review, bool accept_misfits) {
  for (const std::string& line : review.assigned) std::printf("assigned   %s\n", printable(line).c_str());
  for (const std::string& warning : review.warnings) {
    std::fprintf(stderr, "warning: %s\n", printable(warning).c_str());
  }
  for (const Error& misfit : review.misfits) {
    if (accept_misfits) {
      std::fprintf(stderr, "warning: %s: %s\n", printable(misfit.where).c_str(), printable(misfit.what).c_str());
    } else {
      print_error(misfit);
    }
  }
}

struct ApplyOptions {
  std::vector<std::string> files;
  bool dry_run = false;
  bool accept_wrong_usage = false;
  std::string comment;
};

int apply(artifacts::ArtifactStore& store, const certificates::CertificateStore& certificates,
          const std::vector<std::string>& applications, const ApplyOptions& options) {
  const auto documents = artifacts::load_documents(options.files);
  if (!documents) return print_error(documents.error());
  const SystemClock clock;
  std::vector<Error> faults;
  const auto plan = [&] {
    faults.clear();
    return artifacts::plan_apply(store, *documents, clock.now(), &faults);
  };
  const auto done = admin::configure(store, certificates, applications, clock, plan,
                                     {.author = {local_principal(), options.comment},
                                      .dry_run = options.dry_run,
                                      .accept_wrong_usage = options.accept_wrong_usage});
  if (!done) return print_faults(done.error(), faults);
  if (done->refused) {
    print_review(done->review, false);
    return exit_status(done->review.misfits.front().code.error_class);
  }
  std::vector<ShownChange> changes;
  for (const Change& change : done->plan.changes) changes.push_back(shown(change));
  for (const ShownChange& change : changes) print_change(change);
  print_review(done->review, options.accept_wrong_usage);
  print_summary(changes, options.dry_run);
  return 0;
}

/// Through the API: what is wrong with the documents themselves is told here, with their files and lines.
int apply_by_api(const Place& place, const ApplyOptions& options) {
  const auto documents = artifacts::load_documents(options.files);
  if (!documents) return print_error(documents.error());
  const auto api = ApiClient::open(place);
  if (!api) return print_error(api.error());
  std::vector<Error> faults;
  const auto applied =
      apply_documents(**api, *documents, {options.dry_run, options.accept_wrong_usage, options.comment}, faults);
  if (!applied) return print_faults(applied.error(), faults);
  for (const ShownChange& change : applied->changes) print_change(change);
  for (const std::string& line : applied->assigned) std::printf("assigned   %s\n", printable(line).c_str());
  for (const std::string& warning : applied->warnings) {
    std::fprintf(stderr, "warning: %s\n", printable(warning).c_str());
  }
  print_summary(applied->changes, options.dry_run);
  return 0;
}

}  // namespace

int run_apply(const Args& args) {
  CLI::App app("Make the documents in these files part of the configuration: all of them, or none when one is wrong");
  configure_app(app, "sealgate apply", kExamples);
  ApplyOptions options;
  Place place;
  app.add_option("-f,--file", options.files,
                 "YAML file or folder of *.yaml files, - for standard input. May be repeated")
      ->type_name("FILE|DIR")
      ->required();
  app.add_flag("--dry-run", options.dry_run, "Check everything and show what would change, but store nothing");
  app.add_flag(
      "--accept-wrong-usage", options.accept_wrong_usage,
      "Assign certificates also to what their key usage does not allow; messages that need them are suspended");
  add_comment_option(app, options.comment);
  add_place_options(app, place);
  if (const auto status = parse(app, args)) return *status;
  settle(app, place);
  if (is_remote(place)) return apply_by_api(place, options);
  const StoreChoice& where = place.store;
  std::error_code problem;
  if (options.dry_run && is_embedded(where) &&
      !std::filesystem::exists(std::filesystem::path(where.data) / store::kDatabaseName, problem)) {
    NothingStored nothing;
    return apply(nothing, *certificates::make_memory_certificate_store(), {}, options);
  }
  const auto store = open_chosen_store(where, !options.dry_run);
  if (!store) return print_error(store.error());
  const auto applications = admin::affiliate_applications(**store);
  if (!applications) return print_error(applications.error());
  return apply((*store)->artifacts(), (*store)->certificates(), *applications, options);
}

}  // namespace sealgate::cli
