#include "cli/shown_command.h"

#include "cli/output.h"
#include "cli/parse.h"

namespace sealgate::cli {

int run_shown(const Args& args, const std::string& summary, const std::string& name, const std::string& examples,
              const Show& show) {
  CLI::App app(summary);
  configure_app(app, "sealgate " + name, examples);
  Place place;
  std::string form;
  Watch watch;
  add_form_option(app, form);
  add_watch_option(app, watch);
  add_place_options(app, place);
  if (const auto status = parse(app, args)) return *status;
  settle(app, place);
  return run_watch(app, watch, [&] { return show(place, form); });
}

}  // namespace sealgate::cli
