// sealgate crl update: asks sources of revocation lists now, with or without a running gateway.

#include <algorithm>

#include "cli/audit_trail.h"
#include "cli/crl_command.h"
#include "cli/data_folder.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "revocation/errors.h"
#include "revocation/updater.h"

namespace sealgate::cli {
namespace {

struct UpdateCommand {
  StoreChoice where;
  std::vector<std::string> sources;
};

Result<std::vector<revocation::Source>> chosen(const UpdateCommand& command,
                                               const std::vector<admin::ListedSource>& all) {
  std::vector<revocation::Source> sources;
  if (command.sources.empty()) {
    for (const admin::ListedSource& listed : all) {
      if (listed.followed) sources.push_back(listed.state.source);
    }
    return sources;
  }
  for (const std::string& wanted : command.sources) {
    const auto found = std::ranges::find_if(
        all, [&](const admin::ListedSource& listed) { return listed.state.source.address == wanted; });
    if (found == all.end()) {
      return fail(revocation::kUnknownSource, "this is no source of revocation lists", wanted,
                  "see sealgate crl list; add it to revocation.sources of the Group");
    }
    sources.push_back(found->state.source);
  }
  return sources;
}

int update(const UpdateCommand& command) {
  const auto store = open_chosen_store(command.where, false);
  if (!store) return print_error(store.error());
  const auto snapshot = (*store)->artifacts().load();
  if (!snapshot) return print_error(snapshot.error());
  const auto all = admin::all_sources(**store, snapshot->set);
  if (!all) return print_error(all.error());
  const auto sources = chosen(command, *all);
  if (!sources) return print_error(sources.error());

  const auto settings = snapshot->set.group ? snapshot->set.group->revocation : artifacts::RevocationSettings();
  revocation::Downloader downloader;
  downloader.allow_private_hosts(settings.allowed_private_hosts);
  revocation::Updater updater((*store)->certificates(), (*store)->memos(), downloader, (*store)->clock());
  std::vector<std::vector<std::string>> rows;
  std::vector<Error> failures;
  for (const revocation::Source& source : *sources) {
    auto updated = updater.update(source, settings.refresh);
    if (!updated) return print_error(updated.error());
    const auto recorded = record(**store, {{"crl.update", source.address, {}, {}, {}}},
                                 updated->failure ? updated->failure->code.id : "ok");
    if (!recorded) return print_error(recorded.error());
    rows.push_back({source.address, std::to_string(updated->lists.size()), to_rfc3339(updated->state.next),
                    updated->failure ? "failed" : "ok"});
    if (updated->failure) failures.push_back(std::move(*updated->failure));
  }
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
  app.add_option("source", command.sources,
                 "Addresses or folders as sealgate crl list shows them; none: all that are followed")
      ->type_name("SOURCE...");
  add_store_options(app, command.where);
  if (const auto status = parse(app, args)) return *status;
  return update(command);
}

}  // namespace sealgate::cli
