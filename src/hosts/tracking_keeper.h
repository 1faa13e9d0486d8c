#pragma once
// Keeps the tracking log: seals what was committed every second, notes the hash of its head in the program's own log
// once an hour (so that it exists somewhere else), archives and cuts what is older or more than the group keeps, and
// sweeps tracked bodies that no record mentions. One process of the group does it: whoever holds the lease
// kTrackingLease.

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "messaging/tracking_log.h"

namespace sealgate::hosts {

inline constexpr std::string_view kTrackingLease = "tracking-seal";

struct TrackingKeeperOptions {
  std::filesystem::path archive = {};  ///< folder
  /// Whether this process is the one; asked each time.
  std::function<bool()> is_keeper = {};
  /// What is to be archived as of now (Group.keep_tracking, Group.maximum_tracking).
  std::function<messaging::TrackingPart()> expired = {};
  /// Called by its thread after it has sealed; may be empty.
  std::function<void()> sealed = {};
  std::chrono::milliseconds every{1000};
  std::chrono::seconds retention_every{std::chrono::minutes(5)};
};

class TrackingKeeper {
 public:
  /// `log` and `clock` must outlive it.
  TrackingKeeper(messaging::TrackingLog& log, const Clock& clock, TrackingKeeperOptions options);
  ~TrackingKeeper();
  TrackingKeeper(const TrackingKeeper&) = delete;
  TrackingKeeper& operator=(const TrackingKeeper&) = delete;

  void start();
  /// Seals once more what was committed until now. Idempotent.
  void stop();

  /// One round, as the thread does it: for tests.
  void seal_once();
  void retain_once();

 private:
  void run();
  bool stopping();
  void note_head();
  /// The same trouble is said once.
  void say(const std::string& what, const Error& error);

  messaging::TrackingLog& log_;
  const Clock& clock_;
  TrackingKeeperOptions options_;
  std::chrono::steady_clock::time_point next_note_;
  std::chrono::steady_clock::time_point next_retention_;
  std::string trouble_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace sealgate::hosts
