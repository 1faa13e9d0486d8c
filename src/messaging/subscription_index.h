#pragma once
// The subscriptions of a configuration, compiled so that a message is compared with the few that it can match and not
// with all. Each alternative of a filter is filed under one of its statements: the equality that the fewest others
// share, else a range, else the mere presence of a property. What is found there is evaluated as filter.h says, so
// the result is the same as that of asking every filter.

#include <memory>
#include <string>
#include <vector>

#include "messaging/filter.h"

namespace sealgate::messaging {

/// An enlisted send port, or one port of an enlisted group. A bound one (BizTalk: unenlisted) has no subscription and
/// is not listed at all.
struct Subscription {
  std::string port = {};
  Filter filter = {};
  bool started = true;  ///< a stopped port still subscribes: what it would get is stored suspended
  int priority = 5;
  bool ordered = false;
  std::string group = {};     ///< the send port group that subscribes for this port; empty: the port itself
  bool group_started = true;  ///< a group that is stopped suspends what comes through it
};

/// Immutable: copies share the tables, any number of threads may ask.
class SubscriptionIndex {
 public:
  SubscriptionIndex() : SubscriptionIndex(std::vector<Subscription>{}) {}
  /// All subscriptions of one group have the filter of the first of them.
  explicit SubscriptionIndex(std::vector<Subscription> subscriptions);

  const std::vector<Subscription>& subscriptions() const;

  struct Match {
    std::vector<std::size_t> places = {};  ///< in subscriptions(), ascending
    std::size_t evaluated = 0;             ///< statements that were looked at for it
  };
  Match match(const MessageContext& context) const;

  /// For a message that nobody matches: the subscriptions that came closest, one a line, each with the statement that
  /// failed; some dozens at most.
  std::string explain(const MessageContext& context) const;

 private:
  struct Tables;
  std::shared_ptr<const Tables> tables_;
};

}  // namespace sealgate::messaging
