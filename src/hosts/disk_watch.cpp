#include "hosts/disk_watch.h"

#include <sys/statvfs.h>

#include "base/log.h"

namespace sealgate::hosts {
namespace {

// Much can come in within a second: the door must shut before the watermark is used up. It opens without haste, so
// that a disk at its watermark does not fill the log.
constexpr std::chrono::milliseconds kIntervalOpen{20};
constexpr std::chrono::milliseconds kIntervalShut{1000};

std::string megabytes(std::uint64_t bytes) {
  return std::to_string(bytes / 1'000'000) + " MB";
}

}  // namespace

bool DiskWatch::is_low() {
  const std::uint64_t watermark = watermark_;
  if (watermark == 0) return false;
  const auto now = std::chrono::steady_clock::now();
  bool low = false;
  {
    const std::lock_guard lock(mutex_);
    if (now - looked_ < (low_ ? kIntervalShut : kIntervalOpen) && seen_watermark_ == watermark) return low_;
    looked_ = now;
    seen_watermark_ = watermark;
    struct statvfs state {};
    const bool known = ::statvfs(folder_.c_str(), &state) == 0;
    free_ = known ? std::uint64_t{state.f_bavail} * state.f_frsize : 0;
    low = free_ < watermark;
    if (low == low_) return low;
    low_ = low;
  }
  if (low) {
    log(LogLevel::Error, "nothing new is accepted until there is room on the disk", {{"reason", words()}});
  } else {
    log(LogLevel::Info, "there is room on the disk again");
  }
  return low;
}

std::string DiskWatch::words() const {
  const std::lock_guard lock(mutex_);
  return "the disk of " + folder_.string() + " has " + megabytes(free_) + " left, less than the watermark of " +
         megabytes(seen_watermark_);
}

}  // namespace sealgate::hosts
