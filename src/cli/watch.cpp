// The same again and again, until somebody ends it.

#include <csignal>
#include <cstdio>
#include <ctime>
#include <set>
#include <utility>

#include "base/clock.h"
#include "cli/output.h"
#include "cli/pages.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

constexpr double kShortest = 0.2;
constexpr double kLongest = 86'400;

/// Lines of the last round and of the present one, while a watch appends.
struct Appending {
  std::set<std::string> last;
  std::set<std::string> now;
};
Appending* appending = nullptr;

/// SIGINT and SIGTERM wait until they are asked for, so that they end a pause at once and nothing half written.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&held_);
    sigaddset(&held_, SIGINT);
    sigaddset(&held_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &held_, &before_);
  }
  ~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  /// True when one came.
  bool wait(double seconds) const {
    timespec time{};
    time.tv_sec = static_cast<time_t>(seconds);
    time.tv_nsec = static_cast<long>((seconds - static_cast<double>(time.tv_sec)) * 1e9);
    return ::sigtimedwait(&held_, nullptr, &time) > 0;
  }

 private:
  sigset_t held_{};
  sigset_t before_{};
};

std::string period(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%g s", seconds);
  return text;
}

}  // namespace

void add_watch_option(CLI::App& app, Watch& watch) {
  // A flag that may have a value: an option that may have none would take the argument behind it.
  const std::string description = "Show it again every so many seconds (2), until interrupted";
  app.add_flag("--watch", description)
      ->type_name(std::string(kOptionalValue) + "SECONDS]")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->check(CLI::Validator(
          [&watch](const std::string& text) {
            if (text == "true") return std::string();
            const bool good = CLI::detail::lexical_cast(text, watch.seconds) && watch.seconds >= kShortest &&
                              watch.seconds <= kLongest;
            return good ? std::string() : "'" + text + "' is no number of seconds from 0.2 to 86400";
          },
          ""));
}

int run_watch(const CLI::App& app, const Watch& watch, const std::function<int()>& show) {
  if (app.count("--watch") == 0) return show();
  const HeldSignals signals;
  const bool redraws = is_terminal(stdout);
  Appending lines;
  if (!redraws) appending = &lines;
  int status = 0;
  for (;;) {
    if (redraws) {
      const std::string heading = app.get_name() + ", every " + period(watch.seconds) + "; " +
                                  to_rfc3339(SystemClock().now()) + "; Ctrl-C ends it\n\n";
      std::fputs(("\x1b[H\x1b[2J" + coloured(heading, Colour::Dim, use_colours(stdout))).c_str(), stdout);
    }
    status = show();
    // A reader that is gone ends it.
    if (std::fflush(stdout) != 0) break;
    lines.last = std::exchange(lines.now, {});
    if (signals.wait(watch.seconds)) {
      status = 0;
      break;
    }
    // What a check finds is no failure to look.
    if (status == 1 || status == 2) break;
  }
  appending = nullptr;
  return status;
}

bool is_appending() {
  return appending != nullptr;
}

bool shown_before(const std::string& line) {
  if (appending == nullptr) return false;
  appending->now.insert(line);
  return appending->last.contains(line);
}

}  // namespace sealgate::cli
