#pragma once
// Keeps what is known about revocation up to date: asks the sources of lists when they are due, and gives messages
// their way to the network. One process of the group follows the sources: whoever holds kRevocationLease; what it
// learns is in the store for all.

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "hosts/configuration.h"
#include "revocation/online_status.h"
#include "store/common/store.h"

namespace sealgate::hosts {

inline constexpr std::string_view kRevocationLease = "revocation-lists";

struct RevocationKeeperOptions {
  /// Whether this process is the one; asked each time.
  std::function<bool()> is_keeper = {};
  std::chrono::milliseconds every{1'000};          ///< how soon a change of a folder or the configuration is seen
  std::chrono::milliseconds states_every{30'000};  ///< how soon what others wrote down about sources is seen
  std::size_t downloads = 4;                       ///< at a time
};

class RevocationKeeper {
 public:
  /// All must outlive it.
  RevocationKeeper(store::Store& store, const ConfigurationHolder& configuration, const Clock& clock,
                   RevocationKeeperOptions options);
  ~RevocationKeeper();
  RevocationKeeper(const RevocationKeeper&) = delete;
  RevocationKeeper& operator=(const RevocationKeeper&) = delete;

  /// For the snapshots of certificates. Lives as long as this.
  certificates::StatusService& online() { return online_; }
  /// Takes over the settings of the group that hold now; thread-safe. To be called when they changed.
  void follow(const artifacts::Group& group);

  void start();
  /// Breaks downloads off. Idempotent.
  void stop();

 private:
  void run();
  void look();
  void load_states();
  bool is_due(const revocation::Source& source, Time now);
  void download();

  store::Store& store_;
  const ConfigurationHolder& configuration_;
  const Clock& clock_;
  const RevocationKeeperOptions options_;
  revocation::Downloader downloader_;
  revocation::Updater updater_;
  revocation::OnlineStatus online_;

  // Of the thread that looks.
  ConfigurationRef seen_;
  std::vector<revocation::Source> sources_;
  std::map<std::string, std::string> folders_;  ///< path to the fingerprint at the last look
  std::chrono::steady_clock::time_point next_states_;
  bool was_keeper_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, revocation::SourceState> states_;  ///< by address
  std::deque<revocation::Source> queue_;
  std::set<std::string> under_way_;  ///< queued or being asked
  std::chrono::milliseconds refresh_{0};
  bool ends_ = false;
  std::thread thread_;
  std::vector<std::thread> downloaders_;
};

/// What is followed: the sources of the group, and those that certificates name of which somebody will ask: assigned
/// to parties, ports, locations and the group, and the intermediates; with the deltas that the lists at hand name.
/// Only the group's when revocation is off everywhere.
std::vector<revocation::Source> sources_to_follow(const artifacts::ArtifactSet& set,
                                                  const pipeline::CertificateView& view);

}  // namespace sealgate::hosts
