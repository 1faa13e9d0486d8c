#include "cli/progress.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using namespace std::chrono_literals;

/// What is done sooner needs no bar.
constexpr auto kPatience = 500ms;
constexpr auto kPeriod = 200ms;
constexpr std::size_t kBar = 30;

std::string amount(std::uint64_t value, Progress::Unit unit) {
  if (unit == Progress::Unit::Things) return std::to_string(value);
  char text[32];
  const double mib = static_cast<double>(value) / (1024.0 * 1024.0);
  std::snprintf(text, sizeof text, mib < 10 ? "%.1f MiB" : "%.0f MiB", mib);
  return text;
}

}  // namespace

Progress::Progress(std::string label, std::uint64_t whole, Unit unit)
    : label_(printable(label)), whole_(whole), unit_(unit) {
  if (is_terminal(stderr)) drawer_ = std::thread([this] { draw_on(); });
}

Progress::~Progress() {
  if (!drawer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  ended_.notify_all();
  drawer_.join();
}

std::string Progress::line(double seconds) const {
  const std::uint64_t done = done_;
  std::string text = label_ + " ";
  if (whole_ > 0) {
    const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(whole_));
    const auto filled = static_cast<std::size_t>(part * kBar);
    text += "[" + std::string(filled, '#') + std::string(kBar - filled, '-') + "] " +
            std::to_string(static_cast<int>(part * 100)) + " % of " + amount(whole_, unit_);
  } else {
    if (done > 0) text += amount(done, unit_) + ", ";
    text += std::to_string(static_cast<int>(seconds)) + " s";
  }
  if (unit_ == Unit::Bytes && seconds > 0) {
    text += ", " + amount(static_cast<std::uint64_t>(static_cast<double>(done) / seconds), unit_) + "/s";
  }
  return text;
}

void Progress::draw_on() {
  const auto begun = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  if (ended_.wait_for(lock, kPatience, [&] { return ends_; })) return;
  do {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    std::fputs(("\r\x1b[K" + line(taken.count())).c_str(), stderr);
    std::fflush(stderr);
  } while (!ended_.wait_for(lock, kPeriod, [&] { return ends_; }));
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

std::uint64_t size_of_file(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace sealgate::cli
