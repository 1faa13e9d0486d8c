#pragma once
// Asks the network while a message waits: OCSP responders, lists that nobody followed yet, missing issuers. One
// service for a process; one session for a message, which waits no longer than kMessagePatience in all.

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

#include "artifacts/certificate_settings.h"
#include "certificates/revocation_check.h"
#include "revocation/ocsp_client.h"
#include "revocation/updater.h"

namespace sealgate::revocation {

inline constexpr std::chrono::milliseconds kMessagePatience{10'000};
/// Certificates that one message makes us fetch.
inline constexpr int kMaxIssuerFetches = 4;
inline constexpr std::size_t kMaxIssuerBytes = std::size_t{256} * 1024;

class OnlineStatus final : public certificates::StatusService {
 public:
  /// All must outlive it.
  OnlineStatus(Updater& updater, Downloader& downloader, const Clock& clock, OcspLimits ocsp = {},
               std::chrono::milliseconds patience = kMessagePatience);

  /// What holds from now on. Thread-safe, as everything here.
  void configure(const artifacts::RevocationSettings& settings);

  std::unique_ptr<certificates::StatusFetcher> session() override;

 private:
  class Session;
  using Deadline = std::chrono::steady_clock::time_point;
  std::shared_ptr<const artifacts::RevocationSettings> settings() const;
  std::vector<certificates::Crl> fetch_lists(const std::string& address, Deadline deadline);
  std::vector<certificates::Certificate> fetch_issuers(const std::string& address, Deadline deadline);

  Updater& updater_;
  Downloader& downloader_;
  const Clock& clock_;
  const std::chrono::milliseconds patience_;
  OcspClient ocsp_;
  SingleFlight flight_;
  Recent<std::vector<certificates::Crl>> lists_;            ///< by address; empty: it failed
  Recent<std::vector<certificates::Certificate>> issuers_;  ///< by address; empty: it failed
  mutable std::mutex mutex_;
  std::shared_ptr<const artifacts::RevocationSettings> settings_;
};

}  // namespace sealgate::revocation
