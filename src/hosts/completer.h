#pragma once
// Writes down what was sent, many at a time on a thread of its own, so that whoever sends goes on with the next
// message and does not wait for the disk. Until it is written the work stays claimed: a process that dies before that
// sends it once more, under the same identity, as it does when it dies just before writing it down.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "hosts/cut.h"
#include "messaging/message_box.h"

namespace sealgate::hosts {

void log_sent(const messaging::WorkItem& item);

/// Thread-safe.
class Completer {
 public:
  /// What was sent and is not written down yet; whoever brings more writes it down itself.
  static constexpr std::size_t kMaximumWaiting = 512;
  /// Between two tries while the box is in trouble of its own, twice as long each time.
  static constexpr std::chrono::milliseconds kFirstRetry{10};
  static constexpr std::chrono::milliseconds kLongestRetry{500};

  /// The end of one item, with the box's word if it could not be written down. On the inner thread.
  using Ended = std::function<void(const messaging::WorkItem&, const Result<>&)>;

  /// All must outlive it. A cut ends the tries of what the box does not take.
  Completer(messaging::MessageBox& box, const Clock& clock, const Cut& cut, Ended ended);
  ~Completer();
  Completer(const Completer&) = delete;
  Completer& operator=(const Completer&) = delete;

  void start();
  /// False: it has too much already, or does not run. Then nothing happened.
  bool hand_over(const messaging::WorkItem& item, const messaging::TrackingDetails& tracking);
  /// Takes nothing more, ends when everything is written down or given up.
  void stop();

 private:
  struct Sent {
    messaging::WorkItem item;
    messaging::TrackingDetails tracking;
  };
  void work();
  void write_down(std::vector<Sent> sent);

  messaging::MessageBox& box_;
  const Clock& clock_;
  const Cut& cut_;
  Ended ended_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::vector<Sent> waiting_;
  bool idle_ = false;  ///< the thread waits
  bool running_ = false;
  std::thread thread_;
};

}  // namespace sealgate::hosts
