#pragma once
// The time of the database server: what all processes of a group agree on. Between two looks at the server it goes on
// with this computer's steady clock, so jumps of the wall clock here do not matter.

#include <atomic>
#include <chrono>

#include "base/clock.h"
#include "store/postgres/sql/connection.h"

namespace sealgate::store::postgres {

/// Thread-safe.
class ServerClock final : public Clock {
 public:
  Time now() const override;
  /// Asks the server. Half of the time that the question took is the error.
  Result<> synchronise(Connection& connection);

 private:
  static std::int64_t steady();
  std::atomic<std::int64_t> offset_{0};  ///< milliseconds from the steady clock to the server's
};

}  // namespace sealgate::store::postgres
