// sealgate backup: a copy of the data folder while the gateway works on.

#include <cstdio>
#include <optional>

#include "base/clock.h"
#include "cli/audit_trail.h"
#include "cli/command.h"
#include "cli/data_folder.h"
#include "cli/parse.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "store/common/errors.h"
#include "store/sqlite/backup/backup.h"

namespace sealgate::cli {

int run_backup(const Args& args) {
  CLI::App app("Make a consistent copy of the data folder, also while the gateway runs");
  configure_app(app, "sealgate backup",
                "  sealgate backup /backup/2026-11-21\n"
                "  sealgate backup --with-keys /safe/2026-11-21\n");
  std::string target;
  bool with_keys = false;
  StoreChoice where;
  app.add_option("DIR", target, "Folder to make; it may be there when it is empty")->required();
  app.add_flag(
      "--with-keys", with_keys,
      "Also the key files that open the private keys and the tracked bodies: keep this backup as safe as them");
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  if (!is_embedded(where)) {
    return print_error(Error{store::kBadUrl,
                             "only a SQLite store is backed up by this command",
                             {},
                             "save a PostgreSQL database with its own tools (pg_basebackup, pg_dump), and the folder "
                             "keys in the data folder beside it"});
  }
  const SystemClock clock;
  std::optional<Progress> progress(std::in_place, "Copying");
  const auto report = store::back_up(where.data, target, with_keys, clock.now());
  progress.reset();
  if (!report) return print_error(report.error());
  const auto store = open_chosen_store(where, false);
  if (!store) return print_error(store.error());
  const auto recorded =
      record(**store, {{"store.backup", target, {}, {}, {{"key-files", report->with_keys ? "yes" : "no"}}}});
  if (!recorded) return print_error(recorded.error());
  std::printf("backed up %llu messages in %llu files, %llu bytes\n",
              static_cast<unsigned long long>(report->messages), static_cast<unsigned long long>(report->files),
              static_cast<unsigned long long>(report->bytes));
  if (report->missing > 0) {
    print_note(std::to_string(report->missing) +
               " bodies have no file any more: their messages will be suspended; look for errors of the disk");
  }
  if (!report->with_keys) {
    print_note("without its key files: keep " + (std::filesystem::path(where.data) / "keys").string() +
               " at another safe place, or private keys are lost");
  }
  return 0;
}

}  // namespace sealgate::cli
