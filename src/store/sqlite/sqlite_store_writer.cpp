#include <array>

#include "crypto/digest.h"
#include "store/common/errors.h"
#include "store/sqlite/accepted_message.h"
#include "store/sqlite/sqlite_access.h"
#include "store/sqlite/sqlite_box_change.h"
#include "store/sqlite/sqlite_credentials.h"
#include "store/sqlite/sqlite_revisions.h"
#include "store/sqlite/sqlite_store_copy.h"

namespace sealgate::store {

using namespace messaging;

namespace {

constexpr std::array kTablesOfAnEmptyStore{
    "messages",           "receive_keys",       "tracking",       "artifacts", "certificates", "crls",
    "credential_secrets", "credential_records", "access_records", "audit_log", "revisions"};

class Writer final : public StoreWriter {
 public:
  Writer(std::unique_ptr<sql::Connection> connection, BodySpool& spool)
      : connection_(std::move(connection)), spool_(spool), files_(spool) {}
  ~Writer() override {
    if (connection_->in_transaction()) (void)connection_->execute("ROLLBACK");
  }

  Result<> begin() {
    SG_TRY(connection_->execute("BEGIN IMMEDIATE"));
    for (const char* table : kTablesOfAnEmptyStore) {
      SG_TRY_ASSIGN(sql::Statement select, connection_->prepare("SELECT 1 FROM " + std::string(table) + " LIMIT 1"));
      SG_TRY_ASSIGN(const bool row, select.step());
      if (row) {
        return fail(kNotEmpty, "the store to be filled is not empty: it has " + std::string(table),
                    connection_->path(), "name an empty one");
      }
    }
    return {};
  }

  Result<> add(const MessageRecord& record) override {
    const Message& message = record.message;
    SG_TRY_ASSIGN(const AcceptedMessage accepted, accept_message(spool_, files_, message.context, message.parts,
                                                                 message.body_index, message.id, record.created));
    SG_TRY_ASSIGN(const std::int64_t seq, insert_message_rows(*connection_, accepted, record.created));
    bool finished = false;
    for (std::size_t i = 0; i < record.work.size(); ++i) {
      // On one of them.
      const std::optional<Time> mark = finished ? std::nullopt : record.finished;
      SG_TRY(insert_work(seq * kWorkSlots + static_cast<std::int64_t>(i), record.work[i], mark));
      finished = true;
    }
    return {};
  }

  Result<> add(const ReceiveKeyRecord& record) override {
    return insert_receive_key(*connection_, record.key, record.messages, record.receipt, record.received);
  }

  Result<> add(const TrackingRecord& record) override {
    SG_TRY_ASSIGN(sql::Statement insert, connection_->prepare("INSERT INTO tracking VALUES (?1, ?2)"));
    const Bytes encoded = encode_record(record);
    return insert.bind(1, record.sequence).bind(2, ByteView(encoded)).run();
  }

  Result<> add(const ArtifactRecord& record) override {
    SG_TRY_ASSIGN(sql::Statement insert, connection_->prepare("INSERT INTO artifacts VALUES (?1, ?2, ?3, ?4)"));
    insert.bind(1, record.kind).bind(2, record.name).bind(3, record.document);
    return insert.bind(4, milliseconds(record.changed)).run();
  }

  Result<> add(const CertificateRecord& record) override {
    SG_TRY_ASSIGN(const auto sha256, crypto::digest(crypto::DigestAlgorithm::Sha256, record.der));
    SG_TRY_ASSIGN(const auto sha1, crypto::digest(crypto::DigestAlgorithm::Sha1, record.der));
    SG_TRY_ASSIGN(sql::Statement insert,
                  connection_->prepare("INSERT INTO certificates VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
    insert.bind(1, record.account).bind(2, record.store);
    insert.bind(3, sha256.view()).bind(4, sha1.view()).bind(5, ByteView(record.der));
    if (record.wrapped_key) insert.bind(6, ByteView(*record.wrapped_key));
    return insert.bind(7, record.friendly_name).bind(8, milliseconds(record.added)).run();
  }

  Result<> add(const RevocationListRecord& record) override {
    SG_TRY_ASSIGN(const auto sha256, crypto::digest(crypto::DigestAlgorithm::Sha256, record.der));
    SG_TRY_ASSIGN(sql::Statement insert, connection_->prepare("INSERT INTO crls VALUES (?1, ?2, ?3)"));
    return insert.bind(1, sha256.view()).bind(2, ByteView(record.der)).bind(3, milliseconds(record.added)).run();
  }

  Result<> add(const credentials::SealedRecord& record) override { return put_credential(*connection_, record); }
  Result<> add(const credentials::WrappedSecret& record) override { return put_secret(*connection_, record); }

  Result<> add(const access::Record& record) override { return put_access(*connection_, record); }
  Result<> add(const access::AuditEntry& entry) override { return put_audit(*connection_, entry); }
  Result<> add(const RevisionRecord& record) override {
    return put_revision(*connection_, record.revision, record.changes);
  }

  Result<> set_artifact_revision(std::int64_t revision) override {
    SG_TRY_ASSIGN(sql::Statement update, connection_->prepare("UPDATE artifact_revision SET revision = ?1"));
    return update.bind(1, revision).run();
  }

  Result<> commit() override {
    SG_TRY(
        connection_->execute("UPDATE work_counts SET (ready, active, retrying, scheduled, suspended, completed, "
                             "terminated) = (SELECT count(*) FILTER (WHERE state = 'ready'), "
                             "count(*) FILTER (WHERE state = 'active'), count(*) FILTER (WHERE state = 'retrying'), "
                             "count(*) FILTER (WHERE state = 'scheduled'), "
                             "count(*) FILTER (WHERE state = 'suspended'), "
                             "count(*) FILTER (WHERE state = 'completed'), "
                             "count(*) FILTER (WHERE state = 'terminated') FROM work)"));
    SG_TRY(spool_.sync());
    SG_TRY(connection_->execute("COMMIT"));
    files_.keep();
    return {};
  }

 private:
  Result<> insert_work(std::int64_t slot, const WorkRecord& record, std::optional<Time> finished) {
    const WorkSummary& work = record.summary;
    SG_TRY_ASSIGN(
        sql::Statement insert,
        connection_->prepare("INSERT INTO work (slot, id, kind, state, port, instance, priority, ordered, transport, "
                             "attempts, forced, created, changed, rank, due, place, finished, owner, lease, "
                             "failure_code, failure_text, failure_remedy, resumable) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                             "?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)"));
    insert.bind(1, slot).bind(2, work.id.text()).bind(3, to_string(work.kind)).bind(4, to_string(work.state));
    insert.bind(5, work.port).bind(6, record.instance).bind(7, std::int64_t{work.priority});
    insert.bind(8, std::int64_t{work.ordered}).bind(9, std::int64_t{work.transport}).bind(10, work.attempts);
    insert.bind(11, std::int64_t{record.forced}).bind(12, milliseconds(record.created));
    insert.bind(13, milliseconds(work.changed));
    if (record.rank) insert.bind(14, milliseconds(*record.rank));
    if (work.due) insert.bind(15, milliseconds(*work.due));
    if (record.place != 0) insert.bind(16, record.place);
    if (finished) insert.bind(17, milliseconds(*finished));
    insert.bind(18, work.owner).bind(19, record.lease).bind(23, std::int64_t{1});
    if (work.failure) {
      insert.bind(20, work.failure->code).bind(21, work.failure->text).bind(22, work.failure->remedy);
      insert.bind(23, std::int64_t{work.failure->resumable});
    }
    return insert.run();
  }

  std::unique_ptr<sql::Connection> connection_;
  BodySpool& spool_;
  LinkedFiles files_;
};

}  // namespace

Result<std::unique_ptr<StoreWriter>> make_sqlite_writer(sql::Database& database, BodySpool& spool) {
  SG_TRY_ASSIGN(auto connection, sql::Connection::open(database.path(), sql::Connection::Mode::ReadWrite));
  auto writer = std::make_unique<Writer>(std::move(connection), spool);
  SG_TRY(writer->begin());
  return std::unique_ptr<StoreWriter>(std::move(writer));
}

}  // namespace sealgate::store
