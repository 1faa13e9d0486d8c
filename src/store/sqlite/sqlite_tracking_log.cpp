#include "store/sqlite/sqlite_tracking_log.h"

#include "store/sqlite/sqlite_box_change.h"
#include "store/sqlite/sqlite_figures.h"

namespace sealgate::store {
namespace {

using messaging::TrackingSeal;
using tracking::Cut;
using tracking::StoredBody;
using tracking::TailRow;

Bytes copy(ByteView view) {
  return {view.begin(), view.end()};
}

#define SG_SEAL_COLUMNS "number, first, count, earliest, latest, sealed, bytes, previous, hash"

TrackingSeal read_seal(const sql::Statement& row) {
  TrackingSeal seal;
  seal.number = row.integer(0);
  seal.first = row.integer(1);
  seal.count = row.integer(2);
  seal.earliest = time_of(row.integer(3));
  seal.latest = time_of(row.integer(4));
  seal.sealed = time_of(row.integer(5));
  seal.bytes = static_cast<std::uint64_t>(row.integer(6));
  seal.previous = copy(row.bytes(7));
  seal.hash = copy(row.bytes(8));
  return seal;
}

#define SG_BODY_COLUMNS "id, sha256, size, key, stored, used"

StoredBody read_body(const sql::Statement& row) {
  return StoredBody{row.text(0),        copy(row.bytes(1)), static_cast<std::uint64_t>(row.integer(2)),
                    copy(row.bytes(3)), row.integer(5),     time_of(row.integer(4))};
}

class Rows final : public tracking::TrackingRows {
 public:
  explicit Rows(sql::Connection& connection) : connection_(connection), figures_(connection) {}

  // One writer at a time and growing numbers: what is committed is settled.
  Result<std::vector<TailRow>> tail(std::size_t limit, bool) override {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection_.prepare("SELECT seq, record FROM tracking ORDER BY seq LIMIT ?1"));
    select.bind(1, static_cast<std::int64_t>(limit));
    std::vector<TailRow> all;
    for (;;) {
      SG_TRY_ASSIGN(const bool more, select.step());
      if (!more) return all;
      all.push_back(TailRow{0, select.integer(0), copy(select.bytes(1))});
    }
  }
  Result<std::uint64_t> tail_size() override { return number("SELECT count(*) FROM tracking"); }
  Result<> remove_tail(std::span<const TailRow> rows) override {
    SG_TRY_ASSIGN(sql::Statement remove, connection_.prepare("DELETE FROM tracking WHERE seq BETWEEN ?1 AND ?2"));
    return rows.empty() ? Result<>() : remove.bind(1, rows.front().sequence).bind(2, rows.back().sequence).run();
  }
  Result<> append(ByteView record) override {
    SG_TRY_ASSIGN(sql::Statement insert, connection_.prepare("INSERT INTO tracking (record) VALUES (?1)"));
    return insert.bind(1, record).run();
  }

  Result<std::optional<TrackingSeal>> newest_seal() override {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection_.prepare("SELECT " SG_SEAL_COLUMNS " FROM tracking_seals ORDER BY number DESC LIMIT 1"));
    return optional_seal(select);
  }
  Result<std::optional<TrackingSeal>> seal(std::int64_t number) override {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection_.prepare("SELECT " SG_SEAL_COLUMNS " FROM tracking_seals WHERE number = ?1"));
    select.bind(1, number);
    return optional_seal(select);
  }
  Result<> seals(std::int64_t from, bool downwards, std::size_t limit, const Visit& visit) override {
    SG_TRY_ASSIGN(
        sql::Statement select,
        connection_.prepare(downwards ? "SELECT " SG_SEAL_COLUMNS ", filter FROM tracking_seals WHERE number <= ?1 "
                                        "ORDER BY number DESC LIMIT ?2"
                                      : "SELECT " SG_SEAL_COLUMNS ", filter FROM tracking_seals WHERE number >= ?1 "
                                        "ORDER BY number LIMIT ?2"));
    select.bind(1, from).bind(2, static_cast<std::int64_t>(limit));
    for (;;) {
      SG_TRY_ASSIGN(const bool more, select.step());
      if (!more || !visit(read_seal(select), select.bytes(9))) return {};
    }
  }
  Result<Bytes> records(std::int64_t number) override {
    SG_TRY_ASSIGN(sql::Statement select, connection_.prepare("SELECT records FROM tracking_seals WHERE number = ?1"));
    SG_TRY_ASSIGN(const bool found, select.bind(1, number).step());
    return found ? copy(select.bytes(0)) : Bytes();
  }
  Result<> insert_seal(const TrackingSeal& seal, ByteView filter, ByteView records) override {
    SG_TRY_ASSIGN(sql::Statement insert,
                  connection_.prepare("INSERT INTO tracking_seals (" SG_SEAL_COLUMNS
                                      ", filter, records) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"));
    insert.bind(1, seal.number).bind(2, seal.first).bind(3, seal.count);
    insert.bind(4, milliseconds(seal.earliest)).bind(5, milliseconds(seal.latest)).bind(6, milliseconds(seal.sealed));
    insert.bind(7, static_cast<std::int64_t>(seal.bytes)).bind(8, ByteView(seal.previous));
    return insert.bind(9, ByteView(seal.hash)).bind(10, filter).bind(11, records).run();
  }
  Result<> remove_seals(std::int64_t through) override {
    SG_TRY_ASSIGN(sql::Statement remove, connection_.prepare("DELETE FROM tracking_seals WHERE number <= ?1"));
    return remove.bind(1, through).run();
  }
  Result<std::uint64_t> sealed_bytes() override { return number("SELECT sum(bytes) FROM tracking_seals"); }

  Result<Cut> cut() override {
    SG_TRY_ASSIGN(
        sql::Statement select,
        connection_.prepare("SELECT seal, last, hash, sealed FROM tracking_cuts ORDER BY seal DESC LIMIT 1"));
    SG_TRY_ASSIGN(const bool found, select.step());
    if (!found) return Cut{};
    return Cut{select.integer(0), select.integer(1), copy(select.bytes(2)), time_of(select.integer(3))};
  }
  Result<> insert_cut(const Cut& cut, const std::string& where, Time now) override {
    SG_TRY_ASSIGN(sql::Statement insert,
                  connection_.prepare("INSERT INTO tracking_cuts VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
    insert.bind(1, cut.seal).bind(2, cut.last).bind(3, ByteView(cut.hash)).bind(4, milliseconds(cut.sealed));
    return insert.bind(5, milliseconds(now)).bind(6, where).run();
  }

  Result<std::optional<StoredBody>> find_body(ByteView sha256) override {
    SG_TRY_ASSIGN(
        sql::Statement select,
        connection_.prepare("SELECT " SG_BODY_COLUMNS " FROM tracked_bodies WHERE sha256 = ?1 AND complete = 1"));
    SG_TRY_ASSIGN(const bool found, select.bind(1, sha256).step());
    return found ? std::optional(read_body(select)) : std::nullopt;
  }
  Result<std::vector<StoredBody>> bodies(const std::string& after, std::size_t limit) override {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection_.prepare("SELECT " SG_BODY_COLUMNS
                                      " FROM tracked_bodies WHERE id > ?1 AND complete = 1 ORDER BY id LIMIT ?2"));
    select.bind(1, after).bind(2, static_cast<std::int64_t>(limit));
    std::vector<StoredBody> all;
    for (;;) {
      SG_TRY_ASSIGN(const bool more, select.step());
      if (!more) return all;
      all.push_back(read_body(select));
    }
  }
  Result<> insert_body(const StoredBody& body, bool complete) override {
    SG_TRY_ASSIGN(sql::Statement insert, connection_.prepare("INSERT INTO tracked_bodies (" SG_BODY_COLUMNS
                                                             ", complete) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
    insert.bind(1, body.id).bind(2, ByteView(body.sha256)).bind(3, static_cast<std::int64_t>(body.size));
    insert.bind(4, ByteView(body.key)).bind(5, milliseconds(body.stored)).bind(6, body.used);
    return insert.bind(7, std::int64_t{complete}).run();
  }
  Result<> complete_body(const std::string& id) override {
    SG_TRY_ASSIGN(sql::Statement update, connection_.prepare("UPDATE tracked_bodies SET complete = 1 WHERE id = ?1"));
    return update.bind(1, id).run();
  }
  Result<> remove_body(const std::string& id) override {
    {
      SG_TRY_ASSIGN(sql::Statement chunks, connection_.prepare("DELETE FROM tracked_chunks WHERE body = ?1"));
      SG_TRY(chunks.bind(1, id).run());
    }
    SG_TRY_ASSIGN(sql::Statement remove, connection_.prepare("DELETE FROM tracked_bodies WHERE id = ?1"));
    return remove.bind(1, id).run();
  }
  Result<bool> touch_body(const std::string& id, Time now) override {
    SG_TRY_ASSIGN(sql::Statement update, connection_.prepare("UPDATE tracked_bodies SET stored = ?2 WHERE id = ?1"));
    SG_TRY(update.bind(1, id).bind(2, milliseconds(now)).run());
    return connection_.changes() > 0;
  }
  Result<> use_body(ByteView sha256, std::int64_t sequence) override {
    SG_TRY_ASSIGN(sql::Statement update,
                  connection_.prepare("UPDATE tracked_bodies SET used = ?2 WHERE sha256 = ?1 AND complete = 1"));
    return update.bind(1, sha256).bind(2, sequence).run();
  }
  Result<std::vector<std::string>> unused_bodies(std::int64_t through, Time before, std::size_t limit) override {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection_.prepare("SELECT id FROM tracked_bodies WHERE used <= ?1 AND stored < ?2 LIMIT ?3"));
    select.bind(1, through).bind(2, milliseconds(before)).bind(3, static_cast<std::int64_t>(limit));
    std::vector<std::string> ids;
    for (;;) {
      SG_TRY_ASSIGN(const bool more, select.step());
      if (!more) return ids;
      ids.push_back(select.text(0));
    }
  }
  Result<> insert_chunk(const std::string& id, std::int64_t number, ByteView content) override {
    SG_TRY_ASSIGN(sql::Statement insert, connection_.prepare("INSERT INTO tracked_chunks VALUES (?1, ?2, ?3)"));
    return insert.bind(1, id).bind(2, number).bind(3, content).run();
  }
  Result<Bytes> chunk(const std::string& id, std::int64_t number) override {
    SG_TRY_ASSIGN(sql::Statement select,
                  connection_.prepare("SELECT content FROM tracked_chunks WHERE body = ?1 AND number = ?2"));
    SG_TRY_ASSIGN(const bool found, select.bind(1, id).bind(2, number).step());
    return found ? copy(select.bytes(0)) : Bytes();
  }
  figures::FigureRows& figures() override { return figures_; }

 private:
  Result<std::uint64_t> number(std::string_view query) {
    SG_TRY_ASSIGN(sql::Statement select, connection_.prepare(query));
    SG_TRY_ASSIGN(const bool found, select.step());
    return found ? static_cast<std::uint64_t>(select.integer(0)) : 0;
  }
  static Result<std::optional<TrackingSeal>> optional_seal(sql::Statement& select) {
    SG_TRY_ASSIGN(const bool found, select.step());
    return found ? std::optional(read_seal(select)) : std::nullopt;
  }

  sql::Connection& connection_;
  SqliteFigures figures_;
};

#undef SG_SEAL_COLUMNS
#undef SG_BODY_COLUMNS

Result<> with_rows(sql::Connection& connection, const tracking::TrackingStorage::Job& job) {
  Rows rows(connection);
  return job(rows);
}

}  // namespace

Result<> SqliteTrackingStorage::read(const Job& job) {
  return database_.read([&](sql::Connection& connection) { return with_rows(connection, job); });
}

Result<> SqliteTrackingStorage::write(const Job& job) {
  return database_.write([&](sql::Connection& connection) { return with_rows(connection, job); });
}

}  // namespace sealgate::store
