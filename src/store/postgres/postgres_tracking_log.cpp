#include "store/postgres/postgres_tracking_log.h"

#include "store/postgres/postgres_figures.h"

namespace sealgate::store::postgres {
namespace {

using messaging::TrackingSeal;
using tracking::Cut;
using tracking::StoredBody;
using tracking::TailRow;

Bytes copy(ByteView view) {
  return {view.begin(), view.end()};
}

std::int64_t milliseconds(Time time) {
  return time.time_since_epoch().count();
}
Time time_of(std::int64_t milliseconds) {
  return Time(std::chrono::milliseconds(milliseconds));
}

#define SG_SEAL_COLUMNS "number, first, count, earliest, latest, sealed, bytes, previous, hash"
#define SG_BODY_COLUMNS "id, sha256, size, key, stored, used"
#define SG_SETTLED "(xid < pg_snapshot_xmin(pg_current_snapshot()) OR xid >= pg_snapshot_xmax(pg_current_snapshot()))"

TrackingSeal read_seal(const Rows& rows, std::size_t row) {
  TrackingSeal seal;
  seal.number = rows.integer(row, 0);
  seal.first = rows.integer(row, 1);
  seal.count = rows.integer(row, 2);
  seal.earliest = time_of(rows.integer(row, 3));
  seal.latest = time_of(rows.integer(row, 4));
  seal.sealed = time_of(rows.integer(row, 5));
  seal.bytes = static_cast<std::uint64_t>(rows.integer(row, 6));
  seal.previous = copy(rows.bytes(row, 7));
  seal.hash = copy(rows.bytes(row, 8));
  return seal;
}

StoredBody read_body(const Rows& rows, std::size_t row) {
  return StoredBody{
      rows.text(row, 0),        copy(rows.bytes(row, 1)), static_cast<std::uint64_t>(rows.integer(row, 2)),
      copy(rows.bytes(row, 3)), rows.integer(row, 5),     time_of(rows.integer(row, 4))};
}

template <typename... Values>
Parameters with(Values... values) {
  Parameters parameters;
  (parameters.add(values), ...);
  return parameters;
}

std::int64_t number_of(std::size_t limit) {
  return static_cast<std::int64_t>(limit);
}

class Tables final : public tracking::TrackingRows {
 public:
  explicit Tables(Connection& connection) : connection_(connection), figures_(connection) {}

  Result<std::vector<TailRow>> tail(std::size_t limit, bool settled) override {
    SG_TRY_ASSIGN(const Rows found,
                  connection_.run(settled ? "SELECT xid::text::bigint, seq, record FROM tracking WHERE " SG_SETTLED
                                            " ORDER BY xid, seq LIMIT $1"
                                          : "SELECT xid::text::bigint, seq, record FROM tracking "
                                            "ORDER BY xid, seq LIMIT $1",
                                  with(number_of(limit))));
    std::vector<TailRow> all;
    for (std::size_t row = 0; row < found.size(); ++row) {
      all.push_back(TailRow{static_cast<std::uint64_t>(found.integer(row, 0)), found.integer(row, 1),
                            copy(found.bytes(row, 2))});
    }
    return all;
  }
  Result<std::uint64_t> tail_size() override { return number("SELECT count(*) FROM tracking"); }
  Result<> remove_tail(std::span<const TailRow> tail) override {
    std::vector<std::int64_t> sequences;
    sequences.reserve(tail.size());
    for (const TailRow& row : tail) sequences.push_back(row.sequence);
    return run("DELETE FROM tracking WHERE seq = ANY($1)", with(std::span<const std::int64_t>(sequences)));
  }
  Result<> append(ByteView record) override { return run("INSERT INTO tracking (record) VALUES ($1)", with(record)); }

  Result<std::optional<TrackingSeal>> newest_seal() override {
    return optional_seal("SELECT " SG_SEAL_COLUMNS " FROM tracking_seals ORDER BY number DESC LIMIT 1", {});
  }
  Result<std::optional<TrackingSeal>> seal(std::int64_t number) override {
    return optional_seal("SELECT " SG_SEAL_COLUMNS " FROM tracking_seals WHERE number = $1", with(number));
  }
  Result<> seals(std::int64_t from, bool downwards, std::size_t limit, const Visit& visit) override {
    SG_TRY_ASSIGN(const Rows found,
                  connection_.run(downwards ? "SELECT " SG_SEAL_COLUMNS ", filter FROM tracking_seals "
                                              "WHERE number <= $1 ORDER BY number DESC LIMIT $2"
                                            : "SELECT " SG_SEAL_COLUMNS ", filter FROM tracking_seals "
                                              "WHERE number >= $1 ORDER BY number LIMIT $2",
                                  with(from, number_of(limit))));
    for (std::size_t row = 0; row < found.size(); ++row) {
      if (!visit(read_seal(found, row), found.bytes(row, 9))) return {};
    }
    return {};
  }
  Result<Bytes> records(std::int64_t number) override {
    return optional_bytes("SELECT records FROM tracking_seals WHERE number = $1", with(number));
  }
  Result<> insert_seal(const TrackingSeal& seal, ByteView filter, ByteView records) override {
    return run("INSERT INTO tracking_seals (" SG_SEAL_COLUMNS
               ", filter, records) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
               with(seal.number, seal.first, seal.count, milliseconds(seal.earliest), milliseconds(seal.latest),
                    milliseconds(seal.sealed), static_cast<std::int64_t>(seal.bytes), ByteView(seal.previous),
                    ByteView(seal.hash), filter, records));
  }
  Result<> remove_seals(std::int64_t through) override {
    return run("DELETE FROM tracking_seals WHERE number <= $1", with(through));
  }
  Result<std::uint64_t> sealed_bytes() override {
    return number("SELECT coalesce(sum(bytes), 0)::bigint FROM tracking_seals");
  }

  Result<Cut> cut() override {
    SG_TRY_ASSIGN(const Rows found, connection_.run("SELECT seal, last, hash, sealed FROM tracking_cuts "
                                                    "ORDER BY seal DESC LIMIT 1"));
    if (found.empty()) return Cut{};
    return Cut{found.integer(0, 0), found.integer(0, 1), copy(found.bytes(0, 2)), time_of(found.integer(0, 3))};
  }
  Result<> insert_cut(const Cut& cut, const std::string& where, Time now) override {
    return run("INSERT INTO tracking_cuts VALUES ($1, $2, $3, $4, $5, $6)",
               with(cut.seal, cut.last, ByteView(cut.hash), milliseconds(cut.sealed), milliseconds(now),
                    std::string_view(where)));
  }

  Result<std::optional<StoredBody>> find_body(ByteView sha256) override {
    SG_TRY_ASSIGN(const Rows found,
                  connection_.run("SELECT " SG_BODY_COLUMNS " FROM tracked_bodies WHERE sha256 = $1 AND complete = 1",
                                  with(sha256)));
    return found.empty() ? std::nullopt : std::optional(read_body(found, 0));
  }
  Result<std::vector<StoredBody>> bodies(const std::string& after, std::size_t limit) override {
    SG_TRY_ASSIGN(const Rows found, connection_.run("SELECT " SG_BODY_COLUMNS " FROM tracked_bodies WHERE id > $1 "
                                                    "AND complete = 1 ORDER BY id LIMIT $2",
                                                    with(std::string_view(after), number_of(limit))));
    std::vector<StoredBody> all;
    for (std::size_t row = 0; row < found.size(); ++row) all.push_back(read_body(found, row));
    return all;
  }
  Result<> insert_body(const StoredBody& body, bool complete) override {
    return run("INSERT INTO tracked_bodies (" SG_BODY_COLUMNS ", complete) VALUES ($1, $2, $3, $4, $5, $6, $7)",
               with(std::string_view(body.id), ByteView(body.sha256), static_cast<std::int64_t>(body.size),
                    ByteView(body.key), milliseconds(body.stored), body.used, std::int64_t{complete}));
  }
  Result<> complete_body(const std::string& id) override {
    return run("UPDATE tracked_bodies SET complete = 1 WHERE id = $1", with(std::string_view(id)));
  }
  Result<> remove_body(const std::string& id) override {
    SG_TRY(run("DELETE FROM tracked_chunks WHERE body = $1", with(std::string_view(id))));
    return run("DELETE FROM tracked_bodies WHERE id = $1", with(std::string_view(id)));
  }
  Result<bool> touch_body(const std::string& id, Time now) override {
    SG_TRY_ASSIGN(const Rows touched, connection_.run("UPDATE tracked_bodies SET stored = $2 WHERE id = $1",
                                                      with(std::string_view(id), milliseconds(now))));
    return touched.affected() > 0;
  }
  Result<> use_body(ByteView sha256, std::int64_t sequence) override {
    return run("UPDATE tracked_bodies SET used = $2 WHERE sha256 = $1 AND complete = 1", with(sha256, sequence));
  }
  Result<std::vector<std::string>> unused_bodies(std::int64_t through, Time before, std::size_t limit) override {
    SG_TRY_ASSIGN(
        const Rows found,
        connection_.run("SELECT id FROM tracked_bodies WHERE used <= $1 AND stored < $2 LIMIT $3 FOR UPDATE",
                        with(through, milliseconds(before), number_of(limit))));
    std::vector<std::string> ids;
    for (std::size_t row = 0; row < found.size(); ++row) ids.push_back(found.text(row, 0));
    return ids;
  }
  Result<> insert_chunk(const std::string& id, std::int64_t number, ByteView content) override {
    return run("INSERT INTO tracked_chunks VALUES ($1, $2, $3)", with(std::string_view(id), number, content));
  }
  Result<Bytes> chunk(const std::string& id, std::int64_t number) override {
    return optional_bytes("SELECT content FROM tracked_chunks WHERE body = $1 AND number = $2",
                          with(std::string_view(id), number));
  }
  figures::FigureRows& figures() override { return figures_; }

 private:
  Result<> run(std::string_view sql, Parameters parameters) {
    SG_TRY(connection_.run(sql, std::move(parameters)));
    return {};
  }
  Result<std::uint64_t> number(std::string_view sql) {
    SG_TRY_ASSIGN(const Rows found, connection_.run(sql));
    return found.empty() ? 0 : static_cast<std::uint64_t>(found.integer(0, 0));
  }
  Result<std::optional<TrackingSeal>> optional_seal(std::string_view sql, Parameters parameters) {
    SG_TRY_ASSIGN(const Rows found, connection_.run(sql, std::move(parameters)));
    return found.empty() ? std::nullopt : std::optional(read_seal(found, 0));
  }
  Result<Bytes> optional_bytes(std::string_view sql, Parameters parameters) {
    SG_TRY_ASSIGN(const Rows found, connection_.run(sql, std::move(parameters)));
    return found.empty() ? Bytes() : copy(found.bytes(0, 0));
  }

  Connection& connection_;
  PostgresFigures figures_;
};

#undef SG_SEAL_COLUMNS
#undef SG_BODY_COLUMNS
#undef SG_SETTLED

}  // namespace

Result<> PostgresTrackingStorage::read(const Job& job) {
  return database_.read([&](Connection& connection) -> Result<> {
    // Nobody waits for what only reads, so it may take its time between two pages.
    SG_TRY(connection.execute(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = '30s'"));
    Tables tables(connection);
    auto done = job(tables);
    auto ended = connection.is_lost() ? Result<>() : connection.execute(done ? "COMMIT" : "ROLLBACK");
    return done ? ended : done;
  });
}

Result<> PostgresTrackingStorage::write(const Job& job) {
  return database_.write([&](Connection& connection) {
    Tables tables(connection);
    return job(tables);
  });
}

}  // namespace sealgate::store::postgres
