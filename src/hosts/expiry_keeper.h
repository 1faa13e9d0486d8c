#pragma once
// Warns of certificates in use that expire soon: at each of the marks of Group.expiry_warnings.days once for the
// whole group, in the log, by webhook and by mail. One process of the group does it: whoever holds kExpiryLease; what
// was sent is remembered in the store, so that neither a restart nor another instance repeats it or misses it. What
// cannot be delivered is tried again; nothing waits for it.
//
// Every process knows the forecast, for its metrics.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "audit/forecast.h"
#include "base/clock.h"
#include "hosts/configuration.h"
#include "net/http_client.h"
#include "store/common/store.h"

namespace sealgate::hosts {

inline constexpr std::string_view kExpiryLease = "expiry-warnings";

struct ExpiryKeeperOptions {
  /// Whether this process is the one; asked each time.
  std::function<bool()> is_keeper = {};
  std::chrono::milliseconds every{1000};          ///< how soon a change of the configuration is seen
  std::chrono::milliseconds look_every{60'000};   ///< how often days are counted
  std::chrono::milliseconds first_retry{60'000};  ///< doubles with each failure
  std::chrono::milliseconds longest_retry{3'600'000};
  std::chrono::milliseconds delivery_timeout{30'000};
};

class ExpiryKeeper {
 public:
  /// All must outlive it.
  ExpiryKeeper(store::Store& store, const ConfigurationHolder& configuration, const Clock& clock,
               ExpiryKeeperOptions options);
  ~ExpiryKeeper();
  ExpiryKeeper(const ExpiryKeeper&) = delete;
  ExpiryKeeper& operator=(const ExpiryKeeper&) = delete;

  void start();
  /// Breaks deliveries off; they are made by whoever is the keeper next. Idempotent.
  void stop();

  /// One round, as the thread does it: for tests.
  void look();

  /// Days to the expiry of each certificate in use, and messages by state as of a few seconds ago, in Prometheus'
  /// text format. Does not block.
  std::string metrics();

 private:
  void run();
  Result<> read(const ConfigurationRef& configuration);
  void count_messages();
  void warn(const artifacts::Group& group, const std::vector<audit::Expiry>& forecast);
  void deliver(const audit::DueWarning& warning, const std::string& channel, const artifacts::Group& group);
  Result<> send(const audit::DueWarning& warning, const std::string& channel, const artifacts::Group& group);
  Result<> post(const std::string& url, const std::string& document);
  /// The same trouble is said once.
  void say(const std::string& what, const Error& error);

  struct Retry {
    std::chrono::steady_clock::time_point next;
    std::chrono::milliseconds pause{0};
  };

  store::Store& store_;
  const ConfigurationHolder& configuration_;
  const Clock& clock_;
  ExpiryKeeperOptions options_;
  net::HttpClient client_{1};
  std::atomic<bool> cancelled_{false};

  // Of the thread.
  ConfigurationRef seen_;              ///< what the next two are of
  std::unique_ptr<audit::Uses> uses_;  ///< null before the first look that could read the certificates
  audit::Holdings holdings_;
  std::chrono::steady_clock::time_point next_look_;
  std::chrono::steady_clock::time_point next_count_;
  std::map<std::string, Retry> retries_;
  std::string trouble_;

  std::atomic<bool> asked_{false};  ///< somebody reads metrics
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const std::vector<audit::Expiry>> forecast_;
  std::string counts_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace sealgate::hosts
