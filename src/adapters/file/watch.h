#pragma once
// The hints of inotify about one folder, and the bell that wakes the receiver's thread. Where inotify does not work
// (no watches left, network folder), only the time-out of wait() remains, and nothing is lost.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

#include "io/file.h"

namespace sealgate::adapters::file {

class Watch {
 public:
  explicit Watch(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Creates the bell; without it wait() could not be ended.
  Result<> open();
  /// Sleeps until ring(), the time is over, or, with `hints`, something happened in the folder.
  void wait(std::chrono::milliseconds longest, bool hints);
  /// Thread-safe: ends the running or the next wait().
  void ring();

  /// Reads what happened. Begins to watch when that is not so yet, or when the folder was lost.
  void refresh();
  /// True once for each name whose writer closed it or that was renamed into the folder since refresh() began
  /// watching.
  bool take_closed(const std::string& name) { return closed_.erase(name) > 0; }
  /// The folder is gone: watch its successor from the next refresh() on.
  void forget();

 private:
  void begin();
  void read_events();
  std::filesystem::path folder_;
  io::FileDescriptor bell_;
  io::FileDescriptor inotify_;
  std::set<std::string, std::less<>> closed_;
  std::uint32_t given_back_ = 0;  ///< cookie of the last renaming that was ours
  bool told_ = false;
};

}  // namespace sealgate::adapters::file
