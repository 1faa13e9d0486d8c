#include "store/postgres/postgres_memos.h"

namespace sealgate::store::postgres {

Result<std::vector<Memo>> PostgresMemos::list(const std::string& prefix) {
  std::vector<Memo> found;
  SG_TRY(database_.read([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(prefix);
    SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT key, value, written FROM memos WHERE starts_with(key, $1) "
                                                  "ORDER BY key",
                                                  std::move(parameters)));
    found.clear();
    for (std::size_t row = 0; row < rows.size(); ++row) {
      found.push_back({rows.text(row, 0), rows.text(row, 1), Time(std::chrono::milliseconds(rows.integer(row, 2)))});
    }
    return {};
  }));
  return found;
}

Result<> PostgresMemos::put(const Memo& memo) {
  SG_TRY(check_memo(memo));
  return database_.write([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(memo.key).add(memo.value).add(memo.written.time_since_epoch().count());
    SG_TRY(
        connection.run("INSERT INTO memos (key, value, written) VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE "
                       "SET (value, written) = ($2, $3)",
                       std::move(parameters)));
    return {};
  });
}

Result<> PostgresMemos::forget(const std::string& prefix, Time before) {
  return database_.write([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(prefix).add(before.time_since_epoch().count());
    SG_TRY(connection.run("DELETE FROM memos WHERE starts_with(key, $1) AND written < $2", std::move(parameters)));
    return {};
  });
}

}  // namespace sealgate::store::postgres
