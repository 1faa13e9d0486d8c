#include "store/sqlite/sqlite_memos.h"

namespace sealgate::store {

Result<std::vector<Memo>> SqliteMemos::list(const std::string& prefix) {
  std::vector<Memo> found;
  SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT key, value, written FROM memos WHERE "
                                                            "substr(key, 1, length(?1)) = ?1 ORDER BY key"));
    select.bind(1, prefix);
    for (;;) {
      SG_TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      found.push_back({select.text(0), select.text(1), Time(std::chrono::milliseconds(select.integer(2)))});
    }
  }));
  return found;
}

Result<> SqliteMemos::put(const Memo& memo) {
  SG_TRY(check_memo(memo));
  return database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement insert,
                  connection.prepare("INSERT OR REPLACE INTO memos (key, value, written) VALUES (?1, ?2, ?3)"));
    return insert.bind(1, memo.key).bind(2, memo.value).bind(3, memo.written.time_since_epoch().count()).run();
  });
}

Result<> SqliteMemos::forget(const std::string& prefix, Time before) {
  return database_.write([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(sql::Statement statement,
                  connection.prepare("DELETE FROM memos WHERE substr(key, 1, length(?1)) = ?1 AND written < ?2"));
    return statement.bind(1, prefix).bind(2, before.time_since_epoch().count()).run();
  });
}

}  // namespace sealgate::store
