#pragma once
// One change of the message box within a transaction: rows of work on their way from state to state. Every statement
// that moves a row of `work` one at a time is here, so that its rules are kept in one place:
//
//   rank is set exactly while the item can be claimed: it is ready, and the head of its queue if it is ordered
//   due is set exactly while a timer runs: retrying, scheduled, active (the end of the lease)
//   position is set while the item is unfinished in an ordered queue, and grows with acceptance
//   finished is set when it is completed or terminated, until purge() saw it
//
// Whoever adds to an ordered queue or takes something out of it locks the queue's row first, then rows of work, so
// that two of them never wait for each other and each sees what the other did.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "messaging/message_box.h"
#include "store/postgres/sql/connection.h"

namespace sealgate::store::postgres {

inline std::int64_t milliseconds(Time time) {
  return time.time_since_epoch().count();
}
inline Time time_of(std::int64_t milliseconds) {
  return Time(std::chrono::milliseconds(milliseconds));
}

/// What work.queue holds: claims go through the queues in the order of these.
std::string queue_name(messaging::WorkKind kind, const std::string& instance, const std::string& port);
/// The kind's own first letter in queue_name().
char queue_letter(messaging::WorkKind kind);
inline constexpr char kQueueSeparator = '\x1f';

/// What the change of a work item needs to know of it.
struct WorkRow {
  messaging::WorkId id = {};
  messaging::WorkKind kind = messaging::WorkKind::Send;
  messaging::WorkState state = messaging::WorkState::Ready;
  std::string port = {};
  std::string queue = {};
  bool in_queue = false;  ///< unfinished in an ordered queue
  bool resumable = true;
  messaging::MessageId message = {};
  std::string party = {};
  std::int64_t lease = 0;
  std::string owner = {};
};

/// Work that is added, with its message.
struct NewWork {
  messaging::MessageId message = {};
  messaging::Delivery delivery = {};  ///< with an id
};

/// The statements of the fast path and of BoxChange, for many rows at once.
Command insert_work(std::span<const NewWork> work, std::span<const Time> times);
/// Locks the rows of these ordered queues and of those that these work items are in.
Command lock_queues(std::span<const std::string> queues, std::span<const std::string> work);
/// Gives the heads of these queues, and of those that these work items are or were in, their ranks. Its affected rows
/// became claimable.
Command rank_heads(std::span<const std::string> queues, std::span<const std::string> work);
Command insert_records(std::span<const ByteView> records);
/// The ordered queues among these, each once.
std::vector<std::string> ordered_queues(std::span<const NewWork> work);

/// Collects records of the tracking log.
class Records {
 public:
  Records(const messaging::TrackingSwitch& tracking, const std::string& instance)
      : tracking_(tracking), instance_(instance) {}
  /// `record` needs no event, time and instance.
  void log(messaging::TrackingEvent event, messaging::WorkKind kind, Time at, messaging::TrackingRecord record);
  void log(messaging::TrackingEvent event, const WorkRow& work, Time at, messaging::TrackingDetails details = {});
  /// Those of the new work of a message that start suspended.
  void log_suspended(std::span<const NewWork> added, Time at, const std::string& party);
  /// They go with the next statements of the connection, in practice with COMMIT.
  void write(Connection& connection) const;

 private:
  const messaging::TrackingSwitch& tracking_;
  const std::string& instance_;
  std::vector<Bytes> records_;
};

class BoxChange {
 public:
  /// All must outlive it. `instance` is for the log.
  BoxChange(Connection& connection, const messaging::TrackingSwitch& tracking, const std::string& instance, Time now)
      : connection_(connection), records_(tracking, instance), now_(now) {}

  Connection& connection() { return connection_; }
  Time now() const { return now_; }

  /// Locks the item (and its queue when it is in one). messaging.no-such-work.
  Result<WorkRow> find(const messaging::WorkId& work);
  /// The same; messaging.lease-lost when the claim does not hold it.
  Result<WorkRow> held(const messaging::Claim& claim);

  /// To a message that is there. The ids must be set.
  Result<> add(std::span<const NewWork> work);

  // From state to state
  Result<> release(const WorkRow& work);
  /// Ready with its attempts and transport from the start.
  Result<> restart(const WorkRow& work, bool forced);
  Result<> postpone(const WorkRow& work, Time until);
  Result<> fail_attempt(const WorkRow& work, const messaging::Retry& retry);
  Result<> suspend(const WorkRow& work, const messaging::Failure& failure);
  /// Completed or Terminated.
  Result<> end(const WorkRow& work, messaging::WorkState state);

  void log(messaging::TrackingEvent event, const WorkRow& work, messaging::TrackingDetails details = {}) {
    records_.log(event, work, now_, std::move(details));
  }
  Records& records() { return records_; }
  /// Writes the log. Call once, last.
  void finish() { records_.write(connection_); }
  /// There is something to claim that could not be claimed before.
  bool made_ready() const { return made_ready_; }
  void set_made_ready() { made_ready_ = true; }

 private:
  Result<Rows> update(const WorkRow& work, std::string_view sql, Parameters parameters);
  Result<> rank_head_of(const WorkRow& work);

  Connection& connection_;
  Records records_;
  Time now_;
  bool made_ready_ = false;
};

}  // namespace sealgate::store::postgres
