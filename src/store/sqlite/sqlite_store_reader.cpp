#include "store/sqlite/accepted_message.h"
#include "store/sqlite/sqlite_access.h"
#include "store/sqlite/sqlite_box_change.h"
#include "store/sqlite/sqlite_credentials.h"
#include "store/sqlite/sqlite_revisions.h"
#include "store/sqlite/sqlite_store_copy.h"
#include "store/sqlite/stored_rows.h"

namespace sealgate::store {

using namespace messaging;

namespace {

WorkRecord read_work(const sql::Statement& row) {
  WorkRecord work;
  work.summary = rows::read_summary(row);
  const int first = rows::kSummaryColumnCount;
  work.instance = row.text(first);
  work.forced = row.integer(first + 1) != 0;
  work.created = time_of(row.integer(first + 2));
  work.lease = row.integer(first + 3);
  work.place = row.integer(first + 4);
  if (!row.is_null(first + 5)) work.rank = time_of(row.integer(first + 5));
  return work;
}

Result<std::optional<RevisionRecord>> whole_revision(sql::Connection& connection, artifacts::Revision number) {
  SG_TRY_ASSIGN(auto summary, find_revision(connection, number));
  if (!summary) return std::nullopt;
  RevisionRecord record{std::move(*summary), {}};
  SG_TRY_ASSIGN(record.changes, read_changes(connection, number, {}, record.revision.changes));
  return record;
}

class Reader final : public StoreReader {
 public:
  Reader(sql::Database& database, const BodySpool& spool) : database_(database), spool_(spool) {}

  Result<std::vector<MessageRecord>> messages(std::int64_t after, std::size_t limit) override {
    return collect<MessageRecord>([&](sql::Connection& connection, auto& all) -> Result<> {
      {
        SG_TRY_ASSIGN(sql::Statement select,
                      connection.prepare("SELECT seq, id, created FROM messages WHERE seq > ?1 "
                                         "ORDER BY seq LIMIT ?2"));
        select.bind(1, after).bind(2, static_cast<std::int64_t>(limit));
        for (;;) {
          SG_TRY_ASSIGN(const bool row, select.step());
          if (!row) break;
          MessageRecord& record = all.emplace_back();
          record.position = select.integer(0);
          record.message.id = MessageId(select.text(1));
          record.created = time_of(select.integer(2));
        }
      }
      for (MessageRecord& record : all) {
        SG_TRY_ASSIGN(record.message, rows::read_message(connection, database_, spool_, record.message.id));
        SG_TRY(add_work(connection, record));
      }
      return {};
    });
  }

  Result<std::vector<ReceiveKeyRecord>> receive_keys(const std::string& after, std::size_t limit) override {
    return collect<ReceiveKeyRecord>([&](sql::Connection& connection, auto& all) -> Result<> {
      SG_TRY_ASSIGN(sql::Statement select,
                    connection.prepare("SELECT key, messages, received, coalesce(r.receipt, k.receipt) "
                                       "FROM receive_keys k LEFT JOIN receipts r ON r.number = k.number "
                                       "WHERE key > ?1 ORDER BY key LIMIT ?2"));
      select.bind(1, after).bind(2, static_cast<std::int64_t>(limit));
      return each(select, [&] {
        all.push_back({select.text(0), split_ids(select.view(1)), time_of(select.integer(2)),
                       to_bytes(as_text(select.bytes(3)))});
        return Result<>();
      });
    });
  }

  Result<std::vector<TrackingRecord>> tracking(std::int64_t after, std::size_t limit) override {
    return collect<TrackingRecord>([&](sql::Connection& connection, auto& all) -> Result<> {
      SG_TRY_ASSIGN(sql::Statement select,
                    connection.prepare("SELECT seq, record FROM tracking WHERE seq > ?1 ORDER BY seq LIMIT ?2"));
      select.bind(1, after).bind(2, static_cast<std::int64_t>(limit));
      return each(select, [&]() -> Result<> {
        SG_TRY_ASSIGN(TrackingRecord record, decode_record(select.bytes(1)));
        record.sequence = select.integer(0);
        all.push_back(std::move(record));
        return {};
      });
    });
  }

  Result<std::int64_t> artifact_revision() override {
    std::int64_t revision = 0;
    SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT revision FROM artifact_revision"));
      SG_TRY(select.step());
      revision = select.integer(0);
      return {};
    }));
    return revision;
  }

  Result<std::vector<ArtifactRecord>> artifacts() override {
    return collect<ArtifactRecord>([&](sql::Connection& connection, auto& all) -> Result<> {
      SG_TRY_ASSIGN(sql::Statement select,
                    connection.prepare("SELECT kind, name, document, changed FROM artifacts ORDER BY kind, name"));
      return each(select, [&] {
        all.push_back({select.text(0), select.text(1), select.text(2), time_of(select.integer(3))});
        return Result<>();
      });
    });
  }

  Result<std::vector<CertificateRecord>> certificates() override {
    return collect<CertificateRecord>([&](sql::Connection& connection, auto& all) -> Result<> {
      SG_TRY_ASSIGN(sql::Statement select,
                    connection.prepare("SELECT account, store, der, wrapped_key, friendly_name, added FROM "
                                       "certificates ORDER BY account, store, sha256"));
      return each(select, [&] {
        CertificateRecord& record = all.emplace_back();
        record.account = select.text(0);
        record.store = select.text(1);
        record.der = copy(select.bytes(2));
        if (!select.is_null(3)) record.wrapped_key = copy(select.bytes(3));
        record.friendly_name = select.text(4);
        record.added = time_of(select.integer(5));
        return Result<>();
      });
    });
  }

  Result<std::vector<RevocationListRecord>> revocation_lists() override {
    return collect<RevocationListRecord>([&](sql::Connection& connection, auto& all) -> Result<> {
      SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT der, added FROM crls ORDER BY sha256"));
      return each(select, [&] {
        all.push_back({copy(select.bytes(0)), time_of(select.integer(1))});
        return Result<>();
      });
    });
  }

  Result<std::vector<credentials::SealedRecord>> credentials(const std::optional<credentials::RecordKey>& after,
                                                             std::size_t limit) override {
    return collect<credentials::SealedRecord>([&](sql::Connection& connection, auto& all) -> Result<> {
      SG_TRY_ASSIGN(sql::Statement select,
                    connection.prepare("SELECT " + std::string(kCredentialColumns) +
                                       " FROM credential_records WHERE (kind, application, name) > (?1, ?2, ?3) "
                                       "ORDER BY kind, application, name LIMIT ?4"));
      const credentials::RecordKey from = after.value_or(credentials::RecordKey());
      select.bind(1, after ? credentials::to_string(from.kind) : std::string_view()).bind(2, from.application);
      select.bind(3, from.name).bind(4, static_cast<std::int64_t>(limit));
      return each(select, [&] {
        all.push_back(read_credential(select));
        return Result<>();
      });
    });
  }

  Result<std::vector<access::Record>> access_records(const std::optional<access::RecordKey>& after,
                                                     std::size_t limit) override {
    return collect<access::Record>([&](sql::Connection& connection, auto& all) -> Result<> {
      SG_TRY_ASSIGN(
          sql::Statement select,
          connection.prepare("SELECT " + std::string(kAccessColumns) +
                             " FROM access_records WHERE (kind, id) > (?1, ?2) ORDER BY kind, id LIMIT ?3"));
      const access::RecordKey from = after.value_or(access::RecordKey());
      select.bind(1, after ? access::to_string(from.kind) : std::string_view()).bind(2, from.id);
      select.bind(3, static_cast<std::int64_t>(limit));
      return each(select, [&] {
        all.push_back(read_access(select));
        return Result<>();
      });
    });
  }

  Result<std::vector<access::AuditEntry>> audit_log(std::int64_t after, std::size_t limit) override {
    return SqliteAccess(database_).audit(after, false, limit);
  }

  Result<std::optional<RevisionRecord>> revision(artifacts::Revision after) override {
    std::optional<RevisionRecord> found;
    SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(sql::Statement select, connection.prepare("SELECT min(number) FROM revisions WHERE number > ?1"));
      SG_TRY_ASSIGN(const bool row, select.bind(1, after).step());
      if (!row || select.is_null(0)) return {};
      SG_TRY_ASSIGN(found, whole_revision(connection, select.integer(0)));
      return {};
    }));
    return found;
  }

  Result<std::vector<credentials::WrappedSecret>> credential_secrets() override {
    return collect<credentials::WrappedSecret>(
        [&](sql::Connection& connection, auto& all) { return read_secrets(connection, all); });
  }

 private:
  static Bytes copy(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

  template <typename Visit>
  static Result<> each(sql::Statement& select, const Visit& visit) {
    for (;;) {
      SG_TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      SG_TRY(visit());
    }
  }

  template <typename Record, typename Collect>
  Result<std::vector<Record>> collect(const Collect& into) {
    std::vector<Record> all;
    SG_TRY(database_.read([&](sql::Connection& connection) { return into(connection, all); }));
    return all;
  }

  static Result<> add_work(sql::Connection& connection, MessageRecord& record) {
    SG_TRY_ASSIGN(
        sql::Statement select,
        connection.prepare(std::string(rows::kSummaryColumns.substr(0, rows::kSummaryColumns.find(" FROM "))) +
                           ", work.instance, work.forced, work.created, work.lease, work.place, work.rank, "
                           "work.finished FROM work JOIN messages ON messages.seq = work.slot / 1048576 "
                           "WHERE work.slot >= ?1 AND work.slot < ?2 ORDER BY work.slot"));
    select.bind(1, record.position * kWorkSlots).bind(2, (record.position + 1) * kWorkSlots);
    return each(select, [&] {
      record.work.push_back(read_work(select));
      const int finished = rows::kSummaryColumnCount + 6;
      if (!select.is_null(finished)) record.finished = time_of(select.integer(finished));
      return Result<>();
    });
  }

  sql::Database& database_;
  const BodySpool& spool_;
};

}  // namespace

std::unique_ptr<StoreReader> make_sqlite_reader(sql::Database& database, const BodySpool& spool) {
  return std::make_unique<Reader>(database, spool);
}

}  // namespace sealgate::store
