#pragma once
// What was suspended because a send port or its group was not started goes on by itself when it is started. Looks at
// each new configuration, on a thread of its own.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "hosts/configuration.h"
#include "messaging/message_box.h"

namespace sealgate::hosts {

class Resumer {
 public:
  /// All must outlive this.
  Resumer(messaging::MessageBox& box, const Clock& clock) : box_(box), clock_(clock) {}
  ~Resumer() { stop(); }
  Resumer(const Resumer&) = delete;
  Resumer& operator=(const Resumer&) = delete;

  void start();
  /// This is the configuration from now on. The first one counts as a start of everything that is started in it:
  /// ports may have been started while nothing ran.
  void follow(const Configuration& configuration);
  /// Waits for the call to the box that runs; what is left is found again after the next start.
  void stop();

 private:
  /// Work at this port that is suspended for this reason.
  struct Task {
    std::string port;
    std::string_view code;
  };
  void run();
  bool nothing_suspended();
  /// False when the box is in trouble.
  bool resume(const Task& task);

  messaging::MessageBox& box_;
  const Clock& clock_;
  std::set<std::string, std::less<>> ports_, groups_;  ///< started ones; of the thread that calls follow()
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace sealgate::hosts
