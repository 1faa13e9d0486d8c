#pragma once
// Where users, sessions, tokens, invitations and the audit log lie: rows whose content a storage does not look into,
// and a log that is only ever appended to, in the transaction of the change that it tells of.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/audit_record.h"

namespace sealgate::access {

/// Stored as their words.
enum class RecordKind {
  User,        ///< "user": the id is the name
  Session,     ///< "session": the id is the SHA-256 of its identifier; belongs to a user
  Token,       ///< "token": the same
  Invitation,  ///< "invitation": the SHA-256 of what is in the link
  Attempt      ///< "attempt": sign-ins that failed, by one name or from one network
};
std::string_view to_string(RecordKind kind);
/// Empty for an unknown word.
std::optional<RecordKind> parse_record_kind(std::string_view word);

struct RecordKey {
  RecordKind kind = RecordKind::User;
  std::string id = {};  ///< ASCII
  friend bool operator==(const RecordKey&, const RecordKey&) = default;
};

struct Record {
  RecordKey key = {};
  std::string owner = {};          ///< Session, Token, Invitation to a new password: the user's name; else empty
  std::optional<Time> until = {};  ///< purge() may remove it from then on; empty: never
  std::string content = {};        ///< UTF-8
  friend bool operator==(const Record&, const Record&) = default;
};

/// All of it happens or nothing, and only when everything that is expected holds.
struct Change {
  struct Expected {
    RecordKey key = {};
    std::optional<std::string> content = {};  ///< empty: there is no such record
  };
  struct Owned {
    RecordKind kind = RecordKind::Session;
    std::string owner = {};
  };
  std::vector<Expected> expected = {};
  std::vector<RecordKey> remove = {};
  std::vector<Owned> remove_owned = {};
  std::vector<Record> put = {};         ///< after the removals; adds or replaces
  std::vector<AuditRecord> audit = {};  ///< appended in this order
};

/// Thread-safe; durable when a call returns. Errors are of the store.
class Storage {
 public:
  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  virtual ~Storage() = default;

  /// Empty when there is none.
  virtual Result<std::optional<Record>> find(const RecordKey& key) = 0;
  /// Up to `limit` in the order of ids, those after `after`. `owner` empty: of everybody.
  virtual Result<std::vector<Record>> list(RecordKind kind, const std::string& owner, const std::string& after,
                                           std::size_t limit) = 0;
  virtual Result<std::uint64_t> count(RecordKind kind, const std::string& owner) = 0;
  /// False when something was not as expected: nothing has changed.
  virtual Result<bool> change(const Change& change) = 0;
  /// Removes what has an end, and has come to it.
  virtual Result<> purge(Time now) = 0;

  /// The last record; all zero and empty before the first.
  virtual Result<AuditEntry> audit_head() = 0;
  /// Up to `limit` records after (or, `downwards`, before) this sequence number; downwards from 0: from the end.
  virtual Result<std::vector<AuditEntry>> audit(std::int64_t from, bool downwards, std::size_t limit) = 0;
};

}  // namespace sealgate::access
