// sealgate apply: documents into the configuration, all of them or none.

#include <array>
#include <cstdio>
#include <filesystem>

#include "admin/configure.h"
#include "artifacts/artifact_store.h"
#include "base/clock.h"
#include "cli/artifact_output.h"
#include "cli/audit_trail.h"
#include "cli/command.h"
#include "cli/data_folder.h"
#include "cli/foresight.h"
#include "cli/parse.h"
#include "cli/terminal.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::cli {
namespace {

using artifacts::Change;
using artifacts::ChangeKind;

constexpr const char* kExamples =
    "  sealgate apply -f gateway.yaml --dry-run\n"
    "  sealgate apply -f ./configuration -f extra.yaml\n"
    "  generate | sealgate apply -f -\n";

/// What a dry run compares with when there is no database yet, so that it need not make one.
class NothingStored final : public artifacts::ArtifactStore {
 public:
  Result<artifacts::Revision> revision() override { return 0; }
  Result<artifacts::Snapshot> load() override { return artifacts::Snapshot{}; }
  Result<artifacts::Revision> replace(const artifacts::ArtifactSet&, artifacts::Revision, Time) override { return 0; }
};

int print_faults(const Error& error, const std::vector<Error>& faults) {
  if (faults.empty()) return print_error(error);
  for (const Error& fault : faults) print_error(fault);
  return exit_status(error.code.error_class);
}

void print_summary(const std::vector<Change>& changes, bool dry_run) {
  std::array<std::size_t, 4> counts{};
  for (const Change& change : changes) ++counts.at(static_cast<std::size_t>(change.change));
  std::string text;
  for (const ChangeKind kind : {ChangeKind::Created, ChangeKind::Changed, ChangeKind::Unchanged}) {
    const std::size_t count = counts.at(static_cast<std::size_t>(kind));
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(to_string(kind));
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
};

/// Who is told of what was stored.
using Recorder = std::function<Result<>(const std::vector<Change>& changes)>;

int apply(artifacts::ArtifactStore& store, const certificates::CertificateStore& certificates,
          const std::vector<std::string>& applications, const ApplyOptions& options, const Recorder& recorder) {
  const auto documents = artifacts::load_documents(options.files);
  if (!documents) return print_error(documents.error());
  const SystemClock clock;
  std::vector<Error> faults;
  const auto plan = [&] {
    faults.clear();
    return artifacts::plan_apply(store, *documents, clock.now(), &faults);
  };
  const auto done = admin::configure(store, certificates, applications, clock, plan,
                                     {options.dry_run, options.accept_wrong_usage, {}});
  if (!done) return print_faults(done.error(), faults);
  if (done->refused) {
    print_review(done->review, false);
    return exit_status(done->review.misfits.front().code.error_class);
  }
  const auto recorded = options.dry_run ? Result<>() : recorder(done->plan.changes);
  for (const Change& change : done->plan.changes) print_change(change);
  print_review(done->review, options.accept_wrong_usage);
  print_summary(done->plan.changes, options.dry_run);
  return recorded ? 0 : print_error(recorded.error());
}

}  // namespace

int run_apply(const Args& args) {
  CLI::App app("Make the documents in these files part of the configuration: all of them, or none when one is wrong");
  configure_app(app, "sealgate apply", kExamples);
  ApplyOptions options;
  StoreChoice where;
  app.add_option("-f,--file", options.files,
                 "YAML file or folder of *.yaml files, - for standard input. May be repeated")
      ->type_name("FILE|DIR")
      ->required();
  app.add_flag("--dry-run", options.dry_run, "Check everything and show what would change, but store nothing");
  app.add_flag(
      "--accept-wrong-usage", options.accept_wrong_usage,
      "Assign certificates also to what their key usage does not allow; messages that need them are suspended");
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  std::error_code problem;
  if (options.dry_run && is_embedded(where) &&
      !std::filesystem::exists(std::filesystem::path(where.data) / store::kDatabaseName, problem)) {
    NothingStored nothing;
    return apply(nothing, *certificates::make_memory_certificate_store(), {}, options, nullptr);
  }
  const auto store = open_chosen_store(where, !options.dry_run);
  if (!store) return print_error(store.error());
  const auto applications = admin::affiliate_applications(**store);
  if (!applications) return print_error(applications.error());
  return apply((*store)->artifacts(), (*store)->certificates(), *applications, options,
               [&](const std::vector<Change>& changes) { return record(**store, admin::actions_of(changes)); });
}

}  // namespace sealgate::cli
