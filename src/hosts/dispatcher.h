#pragma once
// Takes due work from the box and runs it on worker threads: one dispatching thread that claims in batches, and as
// many workers as are needed at a time. A port never has more in transmission than it may (lanes.h).

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <thread>
#include <unordered_map>
#include <vector>

#include "hosts/callers.h"
#include "hosts/circuit_breaker.h"
#include "hosts/completer.h"
#include "hosts/configuration.h"
#include "hosts/cut.h"
#include "hosts/lanes.h"
#include "hosts/own_hosts.h"
#include "hosts/pulse.h"
#include "hosts/resumer.h"
#include "messaging/message_box.h"
#include "net/http_client.h"

namespace sealgate::hosts {

struct DispatcherOptions {
  std::string owner = "local";  ///< name of the host instance
  /// Nobody else works on this box: what any owner held in an earlier life is taken up at once.
  bool alone = false;
  std::size_t workers = 64;  ///< threads at most; they come when they are needed
  OwnHosts hosts;            ///< the work of other hosts' ports is left to other processes
  std::filesystem::path spool;
  Pulse* pulse = nullptr;  ///< of the dispatching thread; outlives the dispatcher
  /// Calls partners for receipts.
  std::shared_ptr<net::HttpClient> receipt_client = std::make_shared<net::HttpClient>();
  std::chrono::milliseconds lease{std::chrono::minutes(5)};
  /// Longest wait between two looks at the box; work of other processes (a resume) shows up within it.
  std::chrono::milliseconds idle{250};
};

class Dispatcher {
 public:
  /// All must outlive the dispatcher.
  Dispatcher(DispatcherOptions options, const ConfigurationHolder& configuration, messaging::MessageBox& box,
             const Clock& clock, Callers& callers);
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
    ConfigurationRef configuration;  ///< what it runs by; null while it waits
  };

  void dispatch();
  /// The dispatching thread goes on: it is between two calls to the store.
  void beat();
  void work();
  void claim_some();
  bool claim_once(const Configuration& configuration);
  /// What may be claimed now; empty when there is no need for more. Under mutex_.
  std::optional<messaging::ClaimRequest> next_claim() const;
  /// Under mutex_.
  void take_in(const Configuration& configuration, const messaging::ClaimRequest& request,
               std::vector<messaging::WorkItem> claimed);
  /// To be run as soon as its lane and a worker are free. Under mutex_.
  void line_up(const Configuration& configuration, messaging::WorkItem item);
  void give_back(const std::vector<messaging::WorkItem>& items);
  void extend_leases();
  /// Work whose outcome could not be written down: it is to be tried again.
  struct Unrecorded {
    messaging::Claim claim;
    messaging::Retry retry;
  };
  /// Records that, or keeps it until the store is well again. No more than was claimed: a store that does not write
  /// gives no new work either.
  void put_off(Unrecorded work);
  void record_again();
  /// From the completer.
  void written_down(const messaging::WorkItem& item, const Result<>& result);
  /// It is over, whatever came of it. Under mutex_.
  void end(const messaging::WorkItem& item);
  void take_again(const messaging::WorkItem& item, const Error& error);
  /// `transmitted`: see SendEnvironment. True when the completer goes on with it.
  bool run(const Configuration& configuration, const messaging::WorkItem& item, std::function<void()> transmitted);
  Result<> attempt(const Configuration& configuration, const messaging::WorkItem& item,
                   std::function<void()> transmitted, bool& handed_over);
  /// The item's place in its lane is free. Under mutex_.
  void leave_lane(const messaging::WorkItem& item);
  /// As many as what waits can use. By the dispatching thread, under mutex_.
  void start_workers();

  DispatcherOptions options_;
  const ConfigurationHolder& configuration_;
  messaging::MessageBox& box_;
  const Clock& clock_;
  Callers& callers_;
  CircuitBreakers breakers_;
  Resumer resumer_;
  ConfigurationRef followed_;               ///< what resumer_ knows; of the dispatching thread
  std::vector<std::string> foreign_ports_;  ///< by it; of the dispatching thread
  Cut cut_;                                 ///< running transmissions are being cancelled
  Completer completer_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;   ///< for the dispatching thread
  std::condition_variable has_work_;  ///< for workers
  std::condition_variable idle_;      ///< for stop()
  Lanes lanes_;
  std::unordered_map<std::string, Busy> busy_;  ///< waiting or running, by work id, for lease extension
  std::unordered_map<std::string, messaging::WorkItem> again_;  ///< claimed once more while they still run
  std::size_t running_ = 0;                                     ///< until the outcome is written down
  std::size_t free_workers_ = 0;
  bool wake_ = false;
  bool held_back_ = false;  ///< there was enough to do, so the last claim was left out
  bool stopping_ = false;
  bool ended_ = false;
  std::deque<Unrecorded> unrecorded_;
  std::string trouble_;  ///< why the last claim failed; of the dispatching thread
  std::vector<std::thread> workers_;
  std::thread dispatching_;
};

}  // namespace sealgate::hosts
