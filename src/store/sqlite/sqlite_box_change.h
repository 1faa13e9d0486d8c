#pragma once
// One change of the message box within a transaction: rows of work on their way from state to state. Every statement
// that writes to table `work` is here, so that its rules are kept in one place:
//
//   rank is set exactly while the item can be claimed: it is ready, and the head of its queue if it is ordered
//   due is set exactly while a timer runs: retrying, scheduled, active (the end of the lease)
//   place is set while the item is unfinished in an ordered queue, and grows with acceptance
//   finished is set on one item of a message whose work has all ended
//   table work_counts says how many items there are in each state
//
// Whoever ends the head of a queue gives the next one its rank in the same change.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "messaging/message_box.h"
#include "store/sqlite/sql/connection.h"

namespace sealgate::store {

inline std::int64_t milliseconds(Time time) {
  return time.time_since_epoch().count();
}
inline Time time_of(std::int64_t milliseconds) {
  return Time(std::chrono::milliseconds(milliseconds));
}

/// messages.seq * kPartSlots + the number of the part.
inline constexpr std::int64_t kPartSlots = 1024;
static_assert(messaging::kMaximumParts <= static_cast<std::size_t>(kPartSlots));
/// messages.seq * kWorkSlots + a number within the message.
inline constexpr std::int64_t kWorkSlots = std::int64_t{1} << 20;

/// What the change of a work item needs to know of it.
struct WorkRow {
  std::int64_t slot = 0;
  messaging::WorkId id = {};
  messaging::WorkKind kind = messaging::WorkKind::Send;
  messaging::WorkState state = messaging::WorkState::Ready;
  std::string port = {};
  int priority = messaging::kDefaultPriority;
  std::int64_t place = 0;  ///< 0: in no queue
  int transport = 0;
  bool resumable = true;
  messaging::MessageId message = {};
  std::string party = {};

  std::int64_t message_seq() const { return slot / kWorkSlots; }
};

class BoxChange {
 public:
  /// Both must outlive it. `instance` is for the log.
  BoxChange(sql::Connection& connection, const messaging::TrackingSwitch& tracking, const std::string& instance,
            Time now)
      : connection_(connection), tracking_(tracking), instance_(instance), now_(now) {}

  sql::Connection& connection() { return connection_; }
  Time now() const { return now_; }

  // Finding
  /// messaging.no-such-work.
  Result<WorkRow> find(const messaging::WorkId& work);
  /// messaging.lease-lost when the claim does not hold it.
  Result<WorkRow> held(const messaging::Claim& claim);

  // Adding
  /// Its first state follows from the delivery. `number` is that of the item within its message. The id must be set.
  Result<> insert(std::int64_t message_seq, std::int64_t number, const messaging::Delivery& delivery);
  /// To a message that has work already.
  Result<> add(std::int64_t message_seq, const messaging::Delivery& delivery);

  // From state to state
  struct Holder {
    const std::string& owner;
    std::int64_t lease;
    Time until;
  };
  Result<> activate(std::int64_t slot, const Holder& holder);
  /// `since` is what it queues up by.
  Result<> make_ready(const WorkRow& work, Time since);
  /// Ready with its attempts and transport from the start.
  Result<> restart(const WorkRow& work, bool forced);
  Result<> wait(const WorkRow& work, messaging::WorkState state, Time until);
  /// Scheduled: nothing failed, it is only put off.
  Result<> postpone(const WorkRow& work, Time until) { return wait(work, messaging::WorkState::Scheduled, until); }
  /// Counts a failed attempt, on the transport that comes next.
  Result<> fail_attempt(const WorkRow& work, const messaging::Retry& retry);
  Result<> suspend(const WorkRow& work, const messaging::Failure& failure);
  /// Completed or Terminated, and the message with it when that was its last.
  Result<> end(const WorkRow& work, messaging::WorkState state);

  // The log
  void log(messaging::TrackingEvent event, const WorkRow& work, messaging::TrackingDetails details = {});
  void log(messaging::TrackingEvent event, messaging::WorkKind kind, messaging::TrackingRecord record);
  /// One that is complete: with its time, event and instance.
  void log(messaging::WorkKind kind, const messaging::TrackingRecord& record);
  /// Those of the new deliveries of a message that start suspended.
  void log_suspended(const std::vector<messaging::Delivery>& deliveries, const messaging::MessageId& message,
                     const std::string& party);

  void count(messaging::WorkState state, std::int64_t difference) {
    counts_[static_cast<std::size_t>(state)] += difference;
  }
  /// Writes the counts and the log. Call once, last.
  Result<> finish();
  /// There is something to claim that could not be claimed before.
  bool made_ready() const { return made_ready_; }

 private:
  Result<> leave_queue(const WorkRow& work);
  Result<bool> is_head(const WorkRow& work);

  sql::Connection& connection_;
  const messaging::TrackingSwitch& tracking_;
  const std::string& instance_;
  Time now_;
  bool made_ready_ = false;
  std::array<std::int64_t, 7> counts_{};
  std::vector<Bytes> records_;
};

}  // namespace sealgate::store
