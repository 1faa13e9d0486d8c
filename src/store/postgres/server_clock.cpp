#include "store/postgres/server_clock.h"

namespace sealgate::store::postgres {

std::int64_t ServerClock::steady() {
  using std::chrono::milliseconds;
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Time ServerClock::now() const {
  return Time(std::chrono::milliseconds(steady() + offset_.load()));
}

Result<> ServerClock::synchronise(Connection& connection) {
  const std::int64_t asked = steady();
  SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"));
  offset_ = rows.integer(0, 0) - (asked + (steady() - asked) / 2);
  return {};
}

}  // namespace sealgate::store::postgres
