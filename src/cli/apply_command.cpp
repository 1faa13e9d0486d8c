// sealgate apply: documents into the configuration, all of them or none.

#include <array>
#include <cstdio>
#include <filesystem>

#include "artifacts/artifact_store.h"
#include "artifacts/errors.h"
#include "base/clock.h"
#include "cli/artifact_output.h"
#include "cli/command.h"
#include "cli/data_folder.h"
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

// Somebody else may apply at the same time; then the plan is made again on what is there now.
constexpr int kAttempts = 5;

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

int apply(artifacts::ArtifactStore& store, const std::vector<std::string>& files, bool dry_run) {
  const auto documents = artifacts::load_documents(files);
  if (!documents) return print_error(documents.error());
  const SystemClock clock;
  for (int attempt = 1;; ++attempt) {
    std::vector<Error> faults;
    const auto plan = artifacts::plan_apply(store, *documents, clock.now(), &faults);
    if (!plan) return print_faults(plan.error(), faults);
    if (!dry_run) {
      const auto stored = artifacts::commit(store, *plan, clock.now());
      if (!stored && stored.error().code == artifacts::kChangedMeanwhile && attempt < kAttempts) continue;
      if (!stored) return print_error(stored.error());
    }
    for (const Change& change : plan->changes) print_change(change);
    print_summary(plan->changes, dry_run);
    return 0;
  }
}

}  // namespace

int run_apply(const Args& args) {
  CLI::App app("Make the documents in these files part of the configuration: all of them, or none when one is wrong");
  configure_app(app, "sealgate apply", kExamples);
  std::vector<std::string> files;
  StoreChoice where;
  bool dry_run = false;
  app.add_option("-f,--file", files, "YAML file or folder of *.yaml files, - for standard input. May be repeated")
      ->type_name("FILE|DIR")
      ->required();
  app.add_flag("--dry-run", dry_run, "Check everything and show what would change, but store nothing");
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  std::error_code problem;
  if (dry_run && is_embedded(where) &&
      !std::filesystem::exists(std::filesystem::path(where.data) / store::kDatabaseName, problem)) {
    NothingStored nothing;
    return apply(nothing, files, dry_run);
  }
  const auto store = open_chosen_store(where, !dry_run);
  if (!store) return print_error(store.error());
  return apply((*store)->artifacts(), files, dry_run);
}

}  // namespace sealgate::cli
