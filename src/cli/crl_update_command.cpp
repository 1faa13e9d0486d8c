// sealgate crl update: asks sources of revocation lists now, with or without a running gateway.

#include "cli/audit_begun.h"
#include "cli/audit_trail.h"
#include "cli/crl_command.h"
#include "cli/data_folder.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

struct UpdateCommand {
  StoreChoice where;
  std::vector<std::string> sources;
};

int update(const UpdateCommand& command) {
  const auto store = open_chosen_store(command.where, false);
  if (!store) return print_error(store.error());
  const auto snapshot = (*store)->artifacts().load();
  if (!snapshot) return print_error(snapshot.error());
  const auto all = admin::all_sources(**store, snapshot->set);
  if (!all) return print_error(all.error());
  const auto sources = admin::chosen_sources(*all, command.sources);
  if (!sources) return print_error(sources.error());

  const auto settings = snapshot->set.group ? snapshot->set.group->revocation : artifacts::RevocationSettings();
  std::vector<access::AuditAction> actions;
  for (const auto& source : *sources) actions.push_back({"crl.update", source.address, {}, {}, {}});
  if (const auto begun = begin(**store, std::move(actions)); !begun) return print_error(begun.error());
  std::vector<std::vector<std::string>> rows;
  std::vector<Error> failures;
  const auto told = [&](const admin::SourceUpdate& one) -> Result<> {
    const auto& failure = one.update.failure;
    SG_TRY(record(**store, {{"crl.update", one.source.address, {}, {}, {}}}, failure ? failure->code.id : "ok"));
    rows.push_back({one.source.address, std::to_string(one.update.lists.size()), to_rfc3339(one.update.state.next),
                    failure ? "failed" : "ok"});
    if (failure) failures.push_back(*failure);
    return {};
  };
  const auto done =
      admin::update_lists(**store, settings, *sources, std::chrono::steady_clock::time_point::max(), told);
  if (!done) return print_error(done.error());
  print_table({"SOURCE", "LISTS", "NEXT", "RESULT"}, rows);
  int status = 0;
  for (const Error& failure : failures) {
    const int code = print_error(failure);
    if (status == 0) status = code;
  }
  return status;
}

}  // namespace

int run_crl_update(const Args& args) {
  CLI::App app{"Ask sources of revocation lists now"};
  configure_app(app, "sealgate crl update",
                "  sealgate crl update                                  # all that are followed\n"
                "  sealgate crl update http://crl.example.com/ca.crl    # this one\n");
  UpdateCommand command;
  app.add_option("SOURCE", command.sources,
                 "Addresses or folders as sealgate crl list shows them; none: all that are followed")
      ->type_name("SOURCE");
  add_store_options(app, command.where);
  if (const auto status = parse(app, args)) return *status;
  return update(command);
}

}  // namespace sealgate::cli
