#pragma once
// Who works on this store: the host instances that share it, and what must run only once among them.
//
// An instance joins under its name with a fresh life id, says every kHeartbeat that it lives, and leaves. One that is
// not heard of for kInstanceTimeout is declared dead by whichever instance notices: in one transaction it is a member
// no more, its leases are free, what it had claimed is ready again, and answers that it alone could give go to
// nobody. It may only have been paused: then its next heartbeat says messaging.declared-dead, its claims are lost
// (messaging.lease-lost), and it joins again under a new life.
//
// Everything here is thread-safe and durable when it returns. Times are those of store::Store::clock().

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace sealgate::messaging {

inline constexpr std::chrono::seconds kHeartbeat{2};
inline constexpr std::chrono::seconds kInstanceTimeout{8};

/// One host instance.
struct Instance {
  std::string name = {};     ///< unique among the living: the owner of its claims (ClaimRequest::owner)
  std::string life = {};     ///< unique for ever: one run of one process
  std::string address = {};  ///< where its listener answers, for people
  std::string version = {};  ///< of the program
  /// The revisions that it runs by; 0 before the first.
  std::uint64_t configuration = 0;
  std::uint64_t certificates = 0;
  Time joined = {};
  Time seen = {};  ///< the last heartbeat
};

/// What must run once. Held by one life at a time, from acquire() until release(), leave() or the declaration of its
/// death.
struct NamedLease {
  std::string name = {};
  std::string life = {};   ///< of the holder; empty: free
  std::int64_t fence = 0;  ///< grows with every change of the holder: an earlier holder's number is smaller
};

class Cluster {
 public:
  Cluster() = default;
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  virtual ~Cluster() = default;

  /// Makes it a member; `joined` and `seen` become `now`. What an earlier life of this name left is taken over.
  /// `alone`: the caller knows that no other process works on this store, so every other member is dead, too.
  /// messaging.instance-exists when a member of this name was seen less than kInstanceTimeout ago.
  virtual Result<> join(const Instance& instance, bool alone, Time now) = 0;
  /// messaging.declared-dead when this life is no member (any more).
  virtual Result<> heartbeat(const Instance& instance, Time now) = 0;
  /// Frees its leases and gives back its claims. No error when it is no member.
  virtual Result<> leave(const std::string& life, Time now) = 0;
  /// Every member, dead or alive as of `now - seen`, by name.
  virtual Result<std::vector<Instance>> members() = 0;
  /// Declares dead whoever was not seen for kInstanceTimeout, and makes work ready that is claimed by no member.
  /// Gives the names of the dead.
  virtual Result<std::vector<std::string>> take_over(Time now) = 0;

  /// The lease, when it was free or is this life's already; empty when another member holds it.
  /// messaging.declared-dead when this life is no member.
  virtual Result<std::optional<NamedLease>> acquire(const std::string& name, const std::string& life) = 0;
  /// No error when somebody else holds it by now.
  virtual Result<> release(const NamedLease& lease) = 0;
  /// Every lease there ever was, by name.
  virtual Result<std::vector<NamedLease>> leases() = 0;
};

}  // namespace sealgate::messaging
