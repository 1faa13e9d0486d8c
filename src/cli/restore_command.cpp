// sealgate restore: a data folder from a backup.

#include <cstdio>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/data_folder.h"
#include "cli/parse.h"
#include "cli/terminal.h"
#include "store/sqlite/backup/backup.h"

namespace sealgate::cli {

int run_restore(const Args& args) {
  CLI::App app("Make a data folder from a backup; everything is checked before anything is there");
  configure_app(app, "sealgate restore", "  sealgate restore /backup/2026-11-21 --data /var/lib/sealgate\n");
  std::string backup;
  std::string data;
  app.add_option("DIR", backup, "The backup")->required();
  add_data_option(app, data);
  if (const auto status = parse(app, args)) return *status;
  const SystemClock clock;
  const auto report = store::restore(backup, data, clock);
  if (!report) return print_error(report.error());
  std::printf("restored %llu messages from %llu files, %llu bytes, to %s\n",
              static_cast<unsigned long long>(report->messages), static_cast<unsigned long long>(report->files),
              static_cast<unsigned long long>(report->bytes), data.c_str());
  if (!report->with_keys) {
    print_note("the backup holds no key files: put them into " + (std::filesystem::path(data) / "keys").string() +
               " before the gateway starts");
  }
  print_note("what was delivered after the backup will be delivered again, under the same identity");
  return 0;
}

}  // namespace sealgate::cli
