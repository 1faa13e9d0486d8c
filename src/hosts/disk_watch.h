#pragma once
// Whether the disk of the data folder has room for more. Below the watermark nothing new is accepted; sending goes
// on, because it frees space.

#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <string>

namespace sealgate::hosts {

/// Thread-safe.
class DiskWatch {
 public:
  explicit DiskWatch(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Free bytes that must remain; 0: any.
  void set_watermark(std::uint64_t bytes) { watermark_ = bytes; }
  /// Looks at the file system every 20 ms at most, and says once in the log that it got low, and that it is not any
  /// more; that is looked at every second. A file system that cannot be asked counts as low.
  bool is_low();

 private:
  /// "the disk of /var/lib/sealgate has 12 MB left, less than the watermark of 1073 MB".
  std::string words() const;
  const std::filesystem::path folder_;
  std::atomic<std::uint64_t> watermark_{0};
  mutable std::mutex mutex_;
  std::chrono::steady_clock::time_point looked_{};
  std::uint64_t seen_watermark_ = 0;
  std::uint64_t free_ = 0;
  bool low_ = false;
};

}  // namespace sealgate::hosts
