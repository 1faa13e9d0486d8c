#pragma once
// The door for everything that comes in. It is shut before harm is done: when the store does not answer, when the
// disk is nearly full, when more is being received than there is room for. Adapters hear an error of class Transport,
// which stands for "not now" (HTTP: 503 with Retry-After; FILE: the file stays); why is in the log once, and in
// /health/ready.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/common/adapter.h"
#include "hosts/disk_watch.h"
#include "hosts/membership.h"

namespace sealgate::hosts {

struct IntakeLimits {
  std::size_t submissions = 1000;  ///< being received at a time
  /// Bytes being received at a time, past which nothing more begins. One message alone may be larger.
  std::uint64_t bytes = std::uint64_t{16} << 30;
};

class Intake final : public adapters::Submitter {
 public:
  /// All must outlive it and its submissions.
  Intake(adapters::Submitter& inner, const Membership& membership, DiskWatch& disk, IntakeLimits limits)
      : inner_(inner), membership_(membership), disk_(disk), limits_(limits) {}

  Result<std::unique_ptr<adapters::Submission>> begin(adapters::SubmitRequest request) override;
  Result<> forget(const std::string& location, const std::vector<std::string>& identity_keys) override;

  /// This location runs under a lease: what it submits is refused once the lease is lost. Empty: it does not (any
  /// more).
  void set_lease(const std::string& location, std::optional<messaging::NamedLease> lease);
  /// Asks the store whether the lease is still held; for the moment before a commit.
  void on_check(std::function<Result<bool>(const messaging::NamedLease&)> check) { check_ = std::move(check); }

  /// Why nothing is accepted now, in words that partners may read; empty when it is. Does not block.
  std::string_view refusal();

 private:
  class Guarded;
  std::optional<messaging::NamedLease> lease_of(const std::string& location) const;
  /// In the log when it is a new reason.
  void say(std::string_view reason);

  adapters::Submitter& inner_;
  const Membership& membership_;
  DiskWatch& disk_;
  const IntakeLimits limits_;
  std::function<Result<bool>(const messaging::NamedLease&)> check_;
  std::atomic<std::size_t> submissions_{0};
  std::atomic<std::uint64_t> bytes_{0};

  mutable std::mutex mutex_;
  std::map<std::string, messaging::NamedLease, std::less<>> leases_;
  std::string_view said_;  ///< the last reason in the log
};

}  // namespace sealgate::hosts
