// sealgate delete: one artifact out of the configuration.

#include <cstdio>

#include "artifacts/artifact_store.h"
#include "artifacts/errors.h"
#include "base/clock.h"
#include "cli/artifact_output.h"
#include "cli/command.h"
#include "cli/data_folder.h"
#include "cli/parse.h"
#include "cli/terminal.h"

namespace sealgate::cli {

int run_delete(const Args& args) {
  CLI::App app("Remove one artifact from the configuration; refused while others refer to it");
  configure_app(app, "sealgate delete", "  sealgate delete SendPort Orders\n");
  std::string kind_word;
  std::string name;
  StoreChoice where;
  app.add_option("KIND", kind_word, artifacts::kind_list())->required();
  app.add_option("NAME", name, "Its name")->required();
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  const auto kind = artifacts::parse_kind(kind_word);
  if (!kind) {
    return print_error(Error{
        artifacts::kUnknownKind, "there is no kind '" + kind_word + "'", {}, "use one of " + artifacts::kind_list()});
  }
  const auto store = open_chosen_store(where, false);
  if (!store) return print_error(store.error());
  const SystemClock clock;
  const auto plan = artifacts::plan_delete((*store)->artifacts(), *kind, name, clock.now());
  if (!plan) return print_error(plan.error());
  const auto done = artifacts::commit((*store)->artifacts(), *plan, clock.now());
  if (!done) return print_error(done.error());
  for (const artifacts::Change& change : plan->changes) print_change(change);
  return 0;
}

}  // namespace sealgate::cli
