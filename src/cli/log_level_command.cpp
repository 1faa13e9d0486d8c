// sealgate log-level: how much the gateway of a data folder writes into its log, changed while it runs.

#include <cstdio>

#include "artifacts/scalars.h"
#include "cli/command.h"
#include "cli/data_folder.h"
#include "cli/log_level.h"
#include "cli/parse.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

void show(const std::string& data, const Clock& clock) {
  const auto chosen = read_log_level(data, clock.now());
  if (!chosen) {
    std::puts("as serve --log-level says");
  } else if (chosen->until) {
    std::printf("%s until %s\n", std::string(word_of(chosen->level)).c_str(), to_rfc3339(*chosen->until).c_str());
  } else {
    std::printf("%s until the gateway ends\n", std::string(word_of(chosen->level)).c_str());
  }
}

}  // namespace

int run_log_level(const Args& args) {
  CLI::App app("Show or change how much a running gateway writes into its log; it follows within a second");
  configure_app(app, "sealgate log-level",
                "  sealgate log-level debug --for 15m\n"
                "  sealgate log-level --reset\n");
  std::string data;
  std::string word;
  std::string duration;
  bool reset = false;
  app.add_option("LEVEL", word, "debug, info, warning or error; without it: show what was chosen")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  auto* span =
      app.add_option("--for", duration, "Go back after so long, such as 15m; without it when the gateway ends")
          ->type_name("DURATION");
  app.add_flag("--reset", reset, "Go back to what serve --log-level says")->excludes(span);
  add_data_option(app, data);
  if (const auto status = parse(app, args)) return *status;

  const SystemClock clock;
  const auto level = log_level_of(word);
  if (level && reset) return print_usage_error("a level and --reset exclude each other", "sealgate log-level");
  if (!level && !duration.empty()) return print_usage_error("--for needs a level", "sealgate log-level");
  Result<> done;
  if (reset) done = forget_log_level(data);
  if (level) {
    ChosenLogLevel chosen{*level, {}};
    if (!duration.empty()) {
      const auto time = artifacts::parse_duration(duration);
      if (!time || time->count() == 0) {
        return print_usage_error("'" + duration + "' is no duration like 15m or 2h", "sealgate log-level");
      }
      chosen.until = clock.now() + *time;
    }
    done = write_log_level(data, chosen);
  }
  if (!done) return print_error(done.error());
  show(data, clock);
  return 0;
}

}  // namespace sealgate::cli
