#include "store/postgres/accepted.h"
#include "store/postgres/postgres_access.h"
#include "store/postgres/postgres_credentials.h"
#include "store/postgres/postgres_revisions.h"
#include "store/postgres/postgres_store_copy.h"
#include "store/postgres/stored_rows.h"

namespace sealgate::store::postgres {

using namespace messaging;

namespace {

Bytes copy(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

WorkRecord read_work(const Rows& rows, std::size_t row) {
  WorkRecord work;
  work.summary = read_summary(rows, row);
  const int first = kSummaryColumnCount;
  work.instance = rows.text(row, first);
  work.forced = rows.flag(row, first + 1);
  work.created = time_of(rows.integer(row, first + 2));
  work.lease = rows.integer(row, first + 3);
  work.place = rows.integer(row, first + 4);
  if (!rows.is_null(row, first + 5)) work.rank = time_of(rows.integer(row, first + 5));
  return work;
}

bool is_finished(const WorkRecord& work) {
  return work.summary.state == WorkState::Completed || work.summary.state == WorkState::Terminated;
}

Result<std::optional<RevisionRecord>> whole_revision(Connection& connection, artifacts::Revision number) {
  SG_TRY_ASSIGN(auto summary, find_revision(connection, number));
  if (!summary) return std::nullopt;
  RevisionRecord record{std::move(*summary), {}};
  SG_TRY_ASSIGN(record.changes, read_changes(connection, number, {}, record.revision.changes));
  return record;
}

class Reader final : public StoreReader {
 public:
  explicit Reader(std::shared_ptr<Database> database) : database_(std::move(database)) {}

  Result<std::vector<MessageRecord>> messages(std::int64_t after, std::size_t limit) override {
    std::vector<MessageRecord> all;
    SG_TRY_ASSIGN(Connection* const connection, view());
    // Rows have no number: they are counted in the order of their ids, and the usual caller goes on where it was.
    const bool goes_on = after == position_;
    Parameters parameters;
    parameters.add(std::string_view(goes_on ? last_ : std::string_view()));
    parameters.add(static_cast<std::int64_t>(limit)).add(goes_on ? 0 : after);
    SG_TRY_ASSIGN(const Rows rows,
                  connection->run("SELECT id, created FROM messages WHERE id > $1 ORDER BY id LIMIT $2 OFFSET $3",
                                  std::move(parameters)));
    position_ = after;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      MessageRecord record;
      record.position = ++position_;
      last_ = rows.text(row, 0);
      record.created = time_of(rows.integer(row, 1));
      SG_TRY_ASSIGN(record.message, read_message(*connection, database_, MessageId(last_)));
      SG_TRY(add_work(*connection, record));
      all.push_back(std::move(record));
    }
    return all;
  }

  Result<std::vector<ReceiveKeyRecord>> receive_keys(const std::string& after, std::size_t limit) override {
    std::vector<ReceiveKeyRecord> all;
    SG_TRY_ASSIGN(Connection* const connection, view());
    Parameters parameters;
    parameters.add(as_bytes(after)).add(static_cast<std::int64_t>(limit));
    SG_TRY_ASSIGN(const Rows rows, connection->run("SELECT key, messages, received, receipt FROM receive_keys "
                                                   "WHERE key > $1 ORDER BY key LIMIT $2",
                                                   std::move(parameters)));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      all.push_back({rows.text(row, 0), split_ids(rows.text(row, 1)), time_of(rows.integer(row, 2)),
                     to_bytes(as_text(rows.bytes(row, 3)))});
    }
    return all;
  }

  Result<std::vector<TrackingRecord>> tracking(std::int64_t after, std::size_t limit) override {
    std::vector<TrackingRecord> all;
    SG_TRY_ASSIGN(Connection* const connection, view());
    Parameters parameters;
    parameters.add(after).add(static_cast<std::int64_t>(limit));
    SG_TRY_ASSIGN(const Rows rows, connection->run("SELECT seq, record FROM tracking WHERE seq > $1 ORDER BY seq "
                                                   "LIMIT $2",
                                                   std::move(parameters)));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      SG_TRY_ASSIGN(TrackingRecord record, decode_record(rows.bytes(row, 1)));
      record.sequence = rows.integer(row, 0);
      all.push_back(std::move(record));
    }
    return all;
  }

  Result<std::int64_t> artifact_revision() override {
    SG_TRY_ASSIGN(Connection* const connection, view());
    SG_TRY_ASSIGN(const Rows rows, connection->run("SELECT revision FROM artifact_revision"));
    return rows.integer(0, 0);
  }

  Result<std::vector<ArtifactRecord>> artifacts() override {
    std::vector<ArtifactRecord> all;
    SG_TRY_ASSIGN(Connection* const connection, view());
    SG_TRY_ASSIGN(const Rows rows,
                  connection->run("SELECT kind, name, document, changed FROM artifacts ORDER BY kind, name"));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      all.push_back({rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), time_of(rows.integer(row, 3))});
    }
    return all;
  }

  Result<std::vector<CertificateRecord>> certificates() override {
    std::vector<CertificateRecord> all;
    SG_TRY_ASSIGN(Connection* const connection, view());
    SG_TRY_ASSIGN(const Rows rows,
                  connection->run("SELECT account, store, der, wrapped_key, friendly_name, added FROM "
                                  "certificates ORDER BY account, store, sha256"));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      CertificateRecord& record = all.emplace_back();
      record.account = rows.text(row, 0);
      record.store = rows.text(row, 1);
      record.der = copy(rows.bytes(row, 2));
      if (!rows.is_null(row, 3)) record.wrapped_key = copy(rows.bytes(row, 3));
      record.friendly_name = rows.text(row, 4);
      record.added = time_of(rows.integer(row, 5));
    }
    return all;
  }

  Result<std::vector<credentials::SealedRecord>> credentials(const std::optional<credentials::RecordKey>& after,
                                                             std::size_t limit) override {
    SG_TRY_ASSIGN(Connection* const connection, view());
    const credentials::RecordKey from = after.value_or(credentials::RecordKey());
    Parameters parameters;
    parameters.add(after ? credentials::to_string(from.kind) : std::string_view());
    parameters.add(std::string_view(from.application)).add(as_bytes(from.name)).add(static_cast<std::int64_t>(limit));
    SG_TRY_ASSIGN(const Rows rows,
                  connection->run("SELECT " + std::string(kCredentialColumns) +
                                      " FROM credential_records WHERE (kind, application, name) > ($1, $2, $3) "
                                      "ORDER BY kind, application, name LIMIT $4",
                                  std::move(parameters)));
    return read_credentials(rows);
  }

  Result<std::vector<access::Record>> access_records(const std::optional<access::RecordKey>& after,
                                                     std::size_t limit) override {
    SG_TRY_ASSIGN(Connection* const connection, view());
    const access::RecordKey from = after.value_or(access::RecordKey());
    Parameters parameters;
    parameters.add(after ? access::to_string(from.kind) : std::string_view()).add(std::string_view(from.id));
    parameters.add(static_cast<std::int64_t>(limit));
    SG_TRY_ASSIGN(const Rows rows, connection->run("SELECT " + std::string(kAccessColumns) +
                                                       " FROM access_records WHERE (kind, id) > ($1, $2) "
                                                       "ORDER BY kind, id LIMIT $3",
                                                   std::move(parameters)));
    return read_access(rows);
  }

  Result<std::vector<access::AuditEntry>> audit_log(std::int64_t after, std::size_t limit) override {
    SG_TRY_ASSIGN(Connection* const connection, view());
    Parameters parameters;
    parameters.add(after).add(static_cast<std::int64_t>(limit));
    SG_TRY_ASSIGN(const Rows rows,
                  connection->run("SELECT " + std::string(kAuditColumns) +
                                      " FROM audit_log WHERE sequence > $1 ORDER BY sequence LIMIT $2",
                                  std::move(parameters)));
    return read_audit(rows);
  }

  Result<std::optional<RevisionRecord>> revision(artifacts::Revision after) override {
    SG_TRY_ASSIGN(Connection* const connection, view());
    Parameters parameters;
    parameters.add(after);
    SG_TRY_ASSIGN(const Rows rows, connection->run("SELECT number FROM revisions WHERE number > $1 ORDER BY number "
                                                   "LIMIT 1",
                                                   std::move(parameters)));
    if (rows.empty()) return std::nullopt;
    return whole_revision(*connection, rows.integer(0, 0));
  }

  Result<std::vector<credentials::WrappedSecret>> credential_secrets() override {
    SG_TRY_ASSIGN(Connection* const connection, view());
    return read_secrets(*connection);
  }

  Result<std::vector<RevocationListRecord>> revocation_lists() override {
    std::vector<RevocationListRecord> all;
    SG_TRY_ASSIGN(Connection* const connection, view());
    SG_TRY_ASSIGN(const Rows rows, connection->run("SELECT der, added FROM crls ORDER BY sha256"));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      all.push_back({copy(rows.bytes(row, 0)), time_of(rows.integer(row, 1))});
    }
    return all;
  }

 private:
  /// The connection that holds the view. Lost, it cannot come back: the view is gone.
  Result<Connection*> view() {
    if (connection_ == nullptr) {
      SG_TRY_ASSIGN(connection_, database_->pool().open_another());
      SG_TRY(
          connection_->execute("SET idle_in_transaction_session_timeout = 0; "
                               "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    }
    return connection_.get();
  }

  static Result<> add_work(Connection& connection, MessageRecord& record) {
    Parameters parameters;
    parameters.add(std::string_view(record.message.id.text()));
    SG_TRY_ASSIGN(
        const Rows rows,
        connection.run(std::string(kSummaryColumns) +
                           ", work.instance, work.forced, work.created, work.lease, work.position, work.rank "
                           "FROM work JOIN messages ON messages.id = work.message WHERE work.message = $1 "
                           "ORDER BY work.seq",
                       std::move(parameters)));
    bool finished = !rows.empty();
    Time last = {};
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const WorkRecord& work = record.work.emplace_back(read_work(rows, row));
      finished = finished && is_finished(work);
      last = std::max(last, work.summary.changed);
    }
    if (finished) record.finished = last;
    return {};
  }

  std::shared_ptr<Database> database_;
  std::unique_ptr<Connection> connection_;
  std::int64_t position_ = 0;
  std::string last_;  ///< the id at position_
};

}  // namespace

std::unique_ptr<StoreReader> make_postgres_reader(std::shared_ptr<Database> database) {
  return std::make_unique<Reader>(std::move(database));
}

}  // namespace sealgate::store::postgres
