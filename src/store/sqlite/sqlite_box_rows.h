#pragma once
// Rows of the message box: what several of its files write and check in the same way.

#include "messaging/message_box.h"
#include "store/sqlite/sql/connection.h"

namespace sealgate::store::rows {

inline std::int64_t milliseconds(Time time) {
  return time.time_since_epoch().count();
}
inline Time time(std::int64_t milliseconds) {
  return Time(std::chrono::milliseconds(milliseconds));
}

/// Parts of one message have neighbouring slots.
inline constexpr std::int64_t kSlots = 1024;
static_assert(messaging::kMaximumParts <= static_cast<std::size_t>(kSlots));

struct NewWork {
  std::string id;
  std::int64_t message = 0;  ///< messages.seq
  messaging::WorkKind kind = messaging::WorkKind::Send;
  std::string port;
  std::optional<messaging::Failure> suspended;  ///< set: starts suspended, else ready
};
Result<> insert_work(sql::Connection& connection, const NewWork& work, Time now);

/// messages.seq of a work item held by this claim; messaging.lease-lost, messaging.no-such-work.
Result<std::int64_t> check_claim(sql::Connection& connection, const messaging::Claim& claim);

/// Ends the work item in the given final state, and the message with it when that was its last.
Result<> finish_work(sql::Connection& connection, const messaging::WorkId& work, std::int64_t message,
                     messaging::WorkState state, Time now);

}  // namespace sealgate::store::rows
