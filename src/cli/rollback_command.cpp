// sealgate rollback: the configuration as it was after an earlier revision, as a whole or not at all.

#include <cstdio>

#include "admin/foresight.h"
#include "admin/rollback.h"
#include "cli/audit_trail.h"
#include "cli/command.h"
#include "cli/comment_option.h"
#include "cli/data_folder.h"
#include "cli/history_command.h"
#include "cli/parse.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

constexpr const char* kExamples =
    "  sealgate history\n"
    "  sealgate rollback 56 --dry-run\n"
    "  sealgate rollback 56 --comment 'the new port is not ready'\n";

struct RollbackOptions {
  StoreChoice where;
  artifacts::Revision to = 0;
  bool dry_run = false;
  bool accept_wrong_usage = false;
  std::string comment;
};

/// All of them; the status of the first.
int print_all(const std::vector<Error>& refusals) {
  for (const Error& refusal : refusals) print_error(refusal);
  return exit_status(refusals.front().code.error_class);
}

int roll_back(store::Store& store, const std::vector<std::string>& applications, const RollbackOptions& options) {
  std::vector<Error> faults;
  const auto all = admin::roll_back({store.artifacts(), store.revisions(), store.certificates(), applications},
                                    options.to, store.clock(),
                                    {.author = {local_principal(), options.comment},
                                     .dry_run = options.dry_run,
                                     .accept_wrong_usage = options.accept_wrong_usage},
                                    &faults);
  if (!all) return faults.empty() ? print_error(all.error()) : print_all(faults);
  const auto& changes = all->done.plan.changes;
  print_differences(changes);
  for (const std::string& warning : all->done.review.warnings) {
    std::fprintf(stderr, "warning: %s\n", printable(warning).c_str());
  }
  std::vector<Error> refusals = all->refusals;
  if (all->done.refused) {
    const auto& misfits = all->done.review.misfits;
    refusals.insert(refusals.end(), misfits.begin(), misfits.end());
  }
  if (!refusals.empty()) return print_all(refusals);
  const std::string to = "revision " + std::to_string(options.to);
  if (changes.empty()) {
    std::printf("everything is as it was after %s already\n", to.c_str());
  } else if (options.dry_run) {
    std::printf("%zu would go back to %s (dry run: nothing was stored)\n", changes.size(), to.c_str());
  } else {
    std::printf("%zu went back to %s, as revision %lld\n", changes.size(), to.c_str(),
                static_cast<long long>(all->done.revision));
  }
  return 0;
}

}  // namespace

int run_rollback(const Args& args) {
  CLI::App app("Make the configuration what it was after an earlier revision, as a whole or not at all");
  configure_app(app, "sealgate rollback", kExamples);
  RollbackOptions options;
  app.add_option("REVISION", options.to, "The number of the revision, of 'sealgate history'")->required();
  app.add_flag("--dry-run", options.dry_run, "Show what would change and whether it can be, but store nothing");
  app.add_flag("--accept-wrong-usage", options.accept_wrong_usage,
               "Also when certificates would be assigned to what their key usage does not allow");
  add_comment_option(app, options.comment);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  const auto store = open_chosen_store(options.where, false);
  if (!store) return print_error(store.error());
  const auto applications = admin::affiliate_applications(**store);
  if (!applications) return print_error(applications.error());
  return roll_back(**store, *applications, options);
}

}  // namespace sealgate::cli
