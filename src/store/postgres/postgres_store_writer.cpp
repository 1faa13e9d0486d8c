#include <array>

#include "crypto/digest.h"
#include "store/common/errors.h"
#include "store/postgres/accepted.h"
#include "store/postgres/postgres_access.h"
#include "store/postgres/postgres_credentials.h"
#include "store/postgres/postgres_revisions.h"
#include "store/postgres/postgres_store_copy.h"

namespace sealgate::store::postgres {

using namespace messaging;

namespace {

constexpr std::array kTablesOfAnEmptyStore{
    "messages",           "receive_keys",       "tracking",       "artifacts", "certificates", "crls",
    "credential_secrets", "credential_records", "access_records", "audit_log", "revisions"};

class Writer final : public StoreWriter {
 public:
  Writer(std::unique_ptr<Connection> connection, std::shared_ptr<BodyStage> stage)
      : connection_(std::move(connection)), stage_(std::move(stage)) {}

  Result<> begin() {
    SG_TRY(connection_->execute("SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; BEGIN"));
    for (const char* table : kTablesOfAnEmptyStore) {
      // Locked: what another process adds meanwhile must not be mixed with what comes.
      SG_TRY(connection_->execute("LOCK TABLE " + std::string(table) + " IN SHARE ROW EXCLUSIVE MODE"));
      SG_TRY_ASSIGN(const Rows rows, connection_->run("SELECT 1::bigint FROM " + std::string(table) + " LIMIT 1"));
      if (!rows.empty()) {
        return fail(kNotEmpty, "the store to be filled is not empty: it has " + std::string(table),
                    connection_->description(), "name an empty one");
      }
    }
    return {};
  }

  Result<> add(const MessageRecord& record) override {
    const Message& message = record.message;
    Accepted accepted;
    accepted.now = record.created;
    ClaimedBodies claimed(accepted);
    SG_TRY(accept_message(stage_, accepted, message.context, message.parts, message.body_index, message.id));
    const std::array<const Accepted*, 1> one{&accepted};
    SG_TRY(connection_->pipeline(insert_messages(one)));
    SG_TRY(adopt_chunks(*connection_, accepted));
    claimed.keep();
    // Dropped here they would look into `staged`, which this transaction has locked.
    bodies_.insert(bodies_.end(), accepted.chunked.begin(), accepted.chunked.end());
    for (const WorkRecord& work : record.work) SG_TRY(insert_work(message.id, work));
    return {};
  }

  Result<> add(const ReceiveKeyRecord& record) override {
    const std::string ids = join_ids(record.messages);
    Parameters parameters;
    parameters.add(as_bytes(record.key)).add(std::string_view(ids)).add(milliseconds(record.received));
    if (record.receipt.empty()) {
      parameters.add_null_bytes();
    } else {
      parameters.add(ByteView(record.receipt));
    }
    return insert("INSERT INTO receive_keys VALUES ($1, $2, $3, $4)", std::move(parameters));
  }

  Result<> add(const TrackingRecord& record) override {
    const Bytes encoded = encode_record(record);
    Parameters parameters;
    parameters.add(record.sequence).add(ByteView(encoded));
    return insert("INSERT INTO tracking (seq, record) VALUES ($1, $2)", std::move(parameters));
  }

  Result<> add(const ArtifactRecord& record) override {
    Parameters parameters;
    parameters.add(std::string_view(record.kind)).add(std::string_view(record.name));
    parameters.add(std::string_view(record.document)).add(milliseconds(record.changed));
    return insert("INSERT INTO artifacts VALUES ($1, $2, $3, $4)", std::move(parameters));
  }

  Result<> add(const CertificateRecord& record) override {
    SG_TRY_ASSIGN(const auto sha256, crypto::digest(crypto::DigestAlgorithm::Sha256, record.der));
    SG_TRY_ASSIGN(const auto sha1, crypto::digest(crypto::DigestAlgorithm::Sha1, record.der));
    Parameters parameters;
    parameters.add(std::string_view(record.account)).add(std::string_view(record.store)).add(sha256.view());
    parameters.add(sha1.view()).add(ByteView(record.der));
    if (record.wrapped_key) {
      parameters.add(ByteView(*record.wrapped_key));
    } else {
      parameters.add_null_bytes();
    }
    parameters.add(as_bytes(record.friendly_name)).add(milliseconds(record.added));
    return insert("INSERT INTO certificates VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", std::move(parameters));
  }

  Result<> add(const RevocationListRecord& record) override {
    SG_TRY_ASSIGN(const auto sha256, crypto::digest(crypto::DigestAlgorithm::Sha256, record.der));
    Parameters parameters;
    parameters.add(sha256.view()).add(ByteView(record.der)).add(milliseconds(record.added));
    return insert("INSERT INTO crls VALUES ($1, $2, $3)", std::move(parameters));
  }

  Result<> add(const credentials::SealedRecord& record) override {
    return put_credentials(*connection_, {&record, 1});
  }
  Result<> add(const credentials::WrappedSecret& record) override { return put_secret(*connection_, record); }

  Result<> add(const access::Record& record) override { return put_access(*connection_, record); }
  Result<> add(const access::AuditEntry& entry) override { return put_audit(*connection_, {&entry, 1}); }
  Result<> add(const RevisionRecord& record) override {
    return put_revision(*connection_, record.revision, record.changes);
  }

  Result<> set_artifact_revision(std::int64_t revision) override {
    Parameters parameters;
    parameters.add(revision);
    return insert("UPDATE artifact_revision SET revision = $1", std::move(parameters));
  }

  Result<> commit() override {
    SG_TRY(
        connection_->execute("INSERT INTO ordered_queues SELECT DISTINCT queue FROM work WHERE position IS NOT NULL "
                             "ON CONFLICT DO NOTHING; "
                             "SELECT setval('work_position', (SELECT coalesce(max(position), 0) + 1 FROM work)); "
                             "SELECT setval('tracking_seq_seq', (SELECT coalesce(max(seq), 0) + 1 FROM tracking)); "
                             "UPDATE certificate_revision SET revision = revision + 1"));
    return connection_->execute("COMMIT");
  }

 private:
  Result<> insert(std::string_view sql, Parameters parameters) {
    SG_TRY(connection_->run(sql, std::move(parameters)));
    return {};
  }

  Result<> insert_work(const MessageId& message, const WorkRecord& record) {
    const WorkSummary& work = record.summary;
    const std::string queue = queue_name(work.kind, record.instance, work.port);
    const bool finished = work.state == WorkState::Completed || work.state == WorkState::Terminated;
    const auto number = [](const std::optional<Time>& time) {
      return time ? std::optional(milliseconds(*time)) : std::nullopt;
    };
    Parameters parameters;
    parameters.add(std::string_view(work.id.text())).add(std::string_view(message.text())).add(to_string(work.kind));
    parameters.add(to_string(work.state)).add(std::string_view(work.port)).add(std::string_view(record.instance));
    parameters.add(std::string_view(queue)).add(std::int64_t{work.priority}).add_flag(work.ordered);
    parameters.add(record.place != 0 ? std::optional(record.place) : std::nullopt).add(work.attempts);
    parameters.add(std::int64_t{work.transport}).add_flag(record.forced).add(milliseconds(record.created));
    parameters.add(milliseconds(work.changed)).add(number(record.rank)).add(number(work.due));
    parameters.add(finished ? std::optional(milliseconds(work.changed)) : std::nullopt);
    parameters.add(std::string_view(work.owner)).add(record.lease);
    if (work.failure) {
      parameters.add(std::string_view(work.failure->code)).add(as_bytes(work.failure->text));
      parameters.add(as_bytes(work.failure->remedy));
    } else {
      parameters.add_null_text().add_null_bytes().add_null_bytes();
    }
    parameters.add_flag(!work.failure || work.failure->resumable);
    return insert(
        "INSERT INTO work (id, message, kind, state, port, instance, queue, priority, ordered, position, "
        "attempts, transport, forced, created, changed, rank, due, finished, owner, lease, failure_code, "
        "failure_text, failure_remedy, resumable) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
        "$13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)",
        std::move(parameters));
  }

  // The bodies last: their destructors look for rows that the connection's transaction holds until it has ended.
  std::vector<std::shared_ptr<const StagedBody>> bodies_;
  std::unique_ptr<Connection> connection_;
  std::shared_ptr<BodyStage> stage_;
};

}  // namespace

Result<std::unique_ptr<StoreWriter>> make_postgres_writer(std::shared_ptr<BodyStage> stage) {
  SG_TRY_ASSIGN(auto connection, stage->database->pool().open_another());
  auto writer = std::make_unique<Writer>(std::move(connection), std::move(stage));
  SG_TRY(writer->begin());
  return std::unique_ptr<StoreWriter>(std::move(writer));
}

}  // namespace sealgate::store::postgres
