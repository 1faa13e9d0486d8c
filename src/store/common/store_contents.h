#pragma once
// Everything that a store keeps, as records that no backend owns: for moving to another backend, for checking a
// backup, and for tests that compare two stores. It is read while nothing else writes.
//
// Each reader gives up to `limit` records in a fixed order that start after the last one of the call before; it is at
// its end when it gives none. Bodies of messages are readable while the store lives.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/storage.h"
#include "artifacts/revisions.h"
#include "credentials/storage.h"
#include "messaging/message_box.h"

namespace sealgate::store {

struct WorkRecord {
  messaging::WorkSummary summary = {};  ///< without message, party, message_type, size and created of the message
  std::string instance = {};            ///< Respond: who may claim it
  bool forced = false;
  Time created = {};  ///< of the work item itself
  std::int64_t lease = 0;
  /// Place in the ordered queue of its port and kind while it is unfinished there, else 0. Only the order counts.
  std::int64_t place = 0;
  /// Ready: its time corrected by priority, by which work is taken.
  std::optional<Time> rank = {};
};

struct MessageRecord {
  std::int64_t position = 0;  ///< in the order of acceptance; where the next call goes on
  messaging::Message message = {};
  Time created = {};
  std::optional<Time> finished = {};  ///< when the last work on it ended
  std::vector<WorkRecord> work = {};  ///< in the order in which it was added
};

struct ReceiveKeyRecord {
  std::string key = {};
  std::vector<messaging::MessageId> messages = {};
  Time received = {};
  Bytes receipt = {};  ///< empty: none
};

struct ArtifactRecord {
  std::string kind = {};
  std::string name = {};
  std::string document = {};  ///< YAML
  Time changed = {};
};

struct CertificateRecord {
  std::string account = {};
  std::string store = {};
  Bytes der = {};
  std::optional<Bytes> wrapped_key = {};  ///< stays encrypted under the key file of the account
  std::string friendly_name = {};
  Time added = {};
};

struct RevocationListRecord {
  Bytes der = {};
  Time added = {};
};

struct RevisionRecord {
  artifacts::RevisionSummary revision = {};
  std::vector<artifacts::Change> changes = {};
};

class StoreReader {
 public:
  StoreReader() = default;
  StoreReader(const StoreReader&) = delete;
  StoreReader& operator=(const StoreReader&) = delete;
  virtual ~StoreReader() = default;

  virtual Result<std::vector<MessageRecord>> messages(std::int64_t after, std::size_t limit) = 0;
  virtual Result<std::vector<ReceiveKeyRecord>> receive_keys(const std::string& after, std::size_t limit) = 0;
  virtual Result<std::vector<messaging::TrackingRecord>> tracking(std::int64_t after, std::size_t limit) = 0;
  /// Sealed, as they are stored.
  virtual Result<std::vector<credentials::SealedRecord>> credentials(
      const std::optional<credentials::RecordKey>& after, std::size_t limit) = 0;
  virtual Result<std::vector<access::Record>> access_records(const std::optional<access::RecordKey>& after,
                                                             std::size_t limit) = 0;
  virtual Result<std::vector<access::AuditEntry>> audit_log(std::int64_t after, std::size_t limit) = 0;
  /// The first that is kept after this one; empty when there is none. One at a time: it may be large.
  virtual Result<std::optional<RevisionRecord>> revision(artifacts::Revision after) = 0;
  // These are few: all at once.
  virtual Result<std::int64_t> artifact_revision() = 0;
  virtual Result<std::vector<ArtifactRecord>> artifacts() = 0;
  virtual Result<std::vector<CertificateRecord>> certificates() = 0;
  virtual Result<std::vector<RevocationListRecord>> revocation_lists() = 0;
  virtual Result<std::vector<credentials::WrappedSecret>> credential_secrets() = 0;
};

/// Fills an empty store in one transaction: nothing of it is there before commit(), all of it afterwards. Dropped
/// without commit(), it leaves the store empty. Nobody else may use the store meanwhile.
class StoreWriter {
 public:
  StoreWriter() = default;
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;
  virtual ~StoreWriter() = default;

  /// Ids, times, states, owners, queues and sequences stay what they were.
  virtual Result<> add(const MessageRecord& record) = 0;
  virtual Result<> add(const ReceiveKeyRecord& record) = 0;
  virtual Result<> add(const messaging::TrackingRecord& record) = 0;
  virtual Result<> add(const ArtifactRecord& record) = 0;
  virtual Result<> add(const CertificateRecord& record) = 0;
  virtual Result<> add(const RevocationListRecord& record) = 0;
  virtual Result<> add(const credentials::SealedRecord& record) = 0;
  virtual Result<> add(const credentials::WrappedSecret& record) = 0;
  virtual Result<> add(const access::Record& record) = 0;
  virtual Result<> add(const access::AuditEntry& entry) = 0;
  virtual Result<> add(const RevisionRecord& record) = 0;
  virtual Result<> set_artifact_revision(std::int64_t revision) = 0;
  virtual Result<> commit() = 0;
};

}  // namespace sealgate::store
