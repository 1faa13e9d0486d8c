// sealgate migrate: everything into another store, while nobody uses either.

#include <cstdio>

#include "cli/command.h"
#include "cli/data_folder.h"
#include "cli/parse.h"
#include "cli/terminal.h"
#include "store/common/copy_store.h"
#include "store/common/errors.h"

namespace sealgate::cli {

int run_migrate(const Args& args) {
  CLI::App app("Copy everything into another, empty store, and prove that it arrived; the gateway must be stopped");
  configure_app(app, "sealgate migrate",
                "  sealgate migrate --to postgresql://sealgate@db1,db2/sealgate?target_session_attrs=read-write\n");
  StoreChoice where;
  StoreChoice target;
  add_store_options(app, where);
  app.add_option("--to", target.url, "The store to fill: postgresql://USER@HOST/DATABASE, or sqlite with --to-data")
      ->type_name("STORE")
      ->required();
  app.add_option("--to-data", target.data, "Its data folder, when it is another one")->type_name("DIR");
  if (const auto status = parse(app, args)) return *status;
  if (target.data.empty()) target.data = where.data;
  if (is_embedded(where) == is_embedded(target) &&
      (is_embedded(where) ? where.data == target.data : where.url == target.url)) {
    return print_usage_error("--to names the store that is there", "sealgate migrate");
  }
  static const SystemClock clock;
  const auto location = [](const StoreChoice& choice, bool create) {
    store::StoreLocation at;
    at.data = choice.data;
    at.url = choice.url;
    at.create = create;
    // Takes the lock of an embedded store, so that no gateway works on it.
    at.access = is_embedded(choice) ? store::Access::Serve : store::Access::Tool;
    return at;
  };
  const auto source = store::open_store(location(where, false), clock);
  if (!source) return print_error(source.error());
  const auto filled = store::open_store(location(target, true), clock);
  if (!filled) return print_error(filled.error());
  const auto report = store::copy_store(**source, **filled);
  if (!report) return print_error(report.error());
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf(
      "copied %llu messages with %llu deliveries and %llu bytes, %llu artifacts, %llu certificates; SHA-256 %s\n",
      number(report->messages), number(report->work), number(report->bytes), number(report->artifacts),
      number(report->certificates), to_hex(report->digest).c_str());
  print_note("the old store is as it was: do not serve it again; serve the new one with --store");
  return 0;
}

}  // namespace sealgate::cli
