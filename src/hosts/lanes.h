#pragma once
// Claimed work that waits for a worker, in one lane for each send port: a lane runs so much at a time as its port
// may, so that a slow partner holds up nobody else's messages. Lanes with work take turns; within a lane the order is
// that of the box. Not thread-safe: for the dispatcher, under its mutex.

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "messaging/message_box.h"

namespace sealgate::hosts {

class Lanes {
 public:
  /// At most `at_once` of its port run at a time, from now on. Work that is neither Send nor Receipt does not wait
  /// for its like: it goes through this process only.
  void add(messaging::WorkItem item, std::size_t at_once);
  /// The next that may run now; empty when there is none. Until done() it takes a place in its lane.
  std::optional<messaging::WorkItem> next();
  /// True when more of this port should be claimed: the last claim gave all it was asked for, and not enough is left.
  bool done(const messaging::WorkItem& item);
  /// Takes out all that waits.
  std::vector<messaging::WorkItem> drain();

  std::size_t waiting() const { return waiting_; }
  bool can_run() const { return !turns_.empty(); }

  /// What a claim may bring: for each port twice what it may run at once, and at least enough to be worth the commit;
  /// nothing while more than half of that waits, so that claims come in batches.
  void limit(messaging::ClaimRequest& request) const;
  /// After the add() of everything that this claim brought.
  void note_claimed(const messaging::ClaimRequest& request, const std::map<std::string, std::size_t>& claimed);

 private:
  struct Lane {
    std::multimap<Time, messaging::WorkItem> waiting;  ///< by the time it counts from (kPriorityStep)
    std::size_t running = 0;
    std::size_t at_once = 1;
    bool has_turn = false;    ///< it is in turns_
    bool more_there = false;  ///< the last claim gave as many as it could
  };
  /// A kind that waits for somebody outside, or Route for all others, and the port.
  using Key = std::pair<messaging::WorkKind, std::string>;

  static std::size_t ahead(const Lane& lane);
  static Key key_of(const messaging::WorkItem& item);
  void give_turn(const Key& key, Lane& lane);

  std::map<Key, Lane> lanes_;
  std::deque<Key> turns_;  ///< lanes with something that may run
  std::size_t waiting_ = 0;
};

}  // namespace sealgate::hosts
