#pragma once
// This process as one of the host instances of its store: joins, says that it lives, takes over from those that died,
// and joins again when it was declared dead itself (it was paused, or cut off from the database).
//
// While the store does not answer it counts itself out before the others can: kSelfTimeout is shorter than theirs. So
// what must run once stops here before it starts elsewhere.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "hosts/pulse.h"
#include "messaging/cluster.h"

namespace sealgate::hosts {

struct MembershipOptions {
  std::string name = {};
  std::string address = {};
  std::string version = {};
  bool alone = false;      ///< nobody else works on this store
  Pulse* pulse = nullptr;  ///< of the thread that says that this process lives; outlives the membership
  std::chrono::milliseconds heartbeat{messaging::kHeartbeat};
  std::chrono::milliseconds self_timeout{messaging::kInstanceTimeout - messaging::kHeartbeat};
  /// How long start() waits for a name that is taken: past the time after which a dead one is forgotten.
  std::chrono::milliseconds name_patience{messaging::kInstanceTimeout + 2 * messaging::kHeartbeat};
};

class Membership {
 public:
  /// Both must outlive it; `clock` is that of the store.
  Membership(MembershipOptions options, messaging::Cluster& cluster, const Clock& clock);
  ~Membership();
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

  /// Joins, then keeps it up on a thread of its own. When the name is taken it waits until the other gives a sign
  /// of life (messaging.instance-exists) or is forgotten.
  Result<> start();
  /// Called when work of a dead instance became ready. Set it before start().
  void on_take_over(std::function<void()> listener) { on_take_over_ = std::move(listener); }
  /// Ends the thread and leaves: leases are free, claims go back.
  void stop();

  /// What others see this instance run by.
  void set_revisions(std::uint64_t configuration, std::uint64_t certificates);
  void set_address(std::string address);

  /// False before start(), and when it was not heard in time or was declared dead. Does not block.
  bool is_member() const;
  /// Why not; empty for a member. Does not block.
  std::string trouble() const;

  /// The lease of this life; empty when another instance holds it. messaging.declared-dead while it is no member.
  Result<std::optional<messaging::NamedLease>> acquire(const std::string& name);
  /// Whether the lease is of this life, as far as this process knows. Does not block.
  bool may_hold(const messaging::NamedLease& lease) const;
  Result<> release(const messaging::NamedLease& lease) { return cluster_.release(lease); }

 private:
  Result<> join();
  /// `told`: what the others know of this instance.
  void keep_up(messaging::Instance told);
  void beat();
  void take_over();
  messaging::Instance self() const;

  MembershipOptions options_;
  messaging::Cluster& cluster_;
  const Clock& clock_;
  std::function<void()> on_take_over_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  messaging::Instance self_;
  bool joined_ = false;
  bool ends_ = false;
  std::chrono::steady_clock::time_point heard_;  ///< when the last heartbeat that arrived was sent
  std::string trouble_;
  std::thread thread_;
};

}  // namespace sealgate::hosts
