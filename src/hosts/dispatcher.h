#pragma once
// Takes due work from the box and runs it on worker threads: one dispatching thread that claims, as many workers as
// the hosts allow. A port never has more in flight than its host's send_threads, so that a slow partner holds up
// nobody else's messages.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <thread>
#include <vector>

#include "hosts/configuration.h"
#include "messaging/message_box.h"

namespace sealgate::hosts {

struct DispatcherOptions {
  std::string owner = "local";  ///< name of the host instance
  /// Nobody else works on this box: what any owner held in an earlier life is taken up at once.
  bool alone = false;
  std::size_t workers = 16;
  std::filesystem::path spool;
  std::chrono::milliseconds lease{std::chrono::minutes(5)};
  /// Longest wait between two looks at the box; work of other processes (a resume) shows up within it.
  std::chrono::milliseconds idle{250};
};

class Dispatcher {
 public:
  /// All must outlive the dispatcher.
  Dispatcher(DispatcherOptions options, const ConfigurationHolder& configuration, messaging::MessageBox& box,
             const Clock& clock);
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// Makes what an earlier life of this owner held due again, and starts.
  Result<> start();
  /// There may be work: look soon. From any thread.
  void wake();
  /// Claims nothing more; what was claimed and has not begun goes back.
  void stop_claiming();
  /// Waits for what is running, until the deadline; then cancels the send adapters and waits for that.
  void stop(std::chrono::steady_clock::time_point deadline);

 private:
  struct Busy {
    messaging::Claim claim;
    std::chrono::steady_clock::time_point extended;
    ConfigurationRef configuration;  ///< what it runs by; null while it is queued
  };

  void dispatch();
  void work();
  void claim_some();
  void extend_leases();
  void run(const Configuration& configuration, const messaging::WorkItem& item);
  Result<> attempt(const Configuration& configuration, const messaging::WorkItem& item);
  /// So many that no port gets more than its host allows, and none of ports that have all they may. Under mutex_.
  void limit_claim(const Configuration& configuration, messaging::ClaimRequest& request) const;

  DispatcherOptions options_;
  const ConfigurationHolder& configuration_;
  messaging::MessageBox& box_;
  const Clock& clock_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;   ///< for the dispatching thread
  std::condition_variable has_work_;  ///< for workers
  std::condition_variable idle_;      ///< for stop()
  std::deque<messaging::WorkItem> queue_;
  std::map<std::string, std::size_t> in_flight_;  ///< queued or running, by port
  std::map<std::string, Busy> busy_;              ///< the same by work id, for lease extension
  std::size_t running_ = 0;
  bool wake_ = false;
  bool stopping_ = false;
  bool ended_ = false;
  std::atomic<bool> cut_{false};  ///< running transmissions are being cancelled
  std::vector<std::thread> threads_;
};

}  // namespace sealgate::hosts
