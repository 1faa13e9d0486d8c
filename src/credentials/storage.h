#pragma once
// Where credentials lie: rows whose content is sealed under a master secret (seal.h), and that secret itself, wrapped
// once for each account that may open it. A storage knows neither what is in a record nor any key.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"

namespace sealgate::credentials {

/// A generation of the master secret, wrapped by the key of one account. Generations count 1, 2, 3, …; there are two
/// only while the secret is being changed.
struct WrappedSecret {
  std::int64_t generation = 0;
  std::string account = {};
  Bytes wrapped = {};
  Time made = {};  ///< when the secret was
  friend bool operator==(const WrappedSecret&, const WrappedSecret&) = default;
};

/// Stored as their words.
enum class RecordKind {
  System,       ///< "system": SystemSettings; application and name are empty
  TicketKey,    ///< "ticket-key": of an earlier generation, which is the name
  Application,  ///< "application": the name is empty
  Mapping       ///< "mapping": the name is the principal
};
std::string_view to_string(RecordKind kind);
/// Empty for an unknown word.
std::optional<RecordKind> parse_record_kind(std::string_view word);

struct RecordKey {
  RecordKind kind = RecordKind::System;
  std::string application = {};  ///< empty: of the whole group
  std::string name = {};
  friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
};

struct SealedRecord {
  RecordKey key = {};
  std::int64_t place = 0;       ///< in the order of a group application; else 0
  std::int64_t generation = 0;  ///< of the secret that sealed it
  Bytes sealed = {};
  Time changed = {};
  friend bool operator==(const SealedRecord&, const SealedRecord&) = default;
};

/// Records of the whole group always come along.
struct Selection {
  /// Empty: every application, without mappings.
  std::optional<std::string> application = {};
  /// Mappings of that application: these; empty: all.
  std::optional<std::vector<std::string>> names = {};
};

struct Contents {
  std::vector<WrappedSecret> secrets = {};  ///< by generation, account
  std::vector<SealedRecord> records = {};   ///< by kind as in RecordKind, application, place, name
  /// Of the secret that seals now; 0: there is none.
  std::int64_t newest() const { return secrets.empty() ? 0 : secrets.back().generation; }
};

/// All of it happens or nothing, and only when everything that is expected holds: so what was sealed before the
/// secret changed is refused.
struct Change {
  std::int64_t newest = 0;  ///< generation of the newest secret before the change; 0: there is none
  struct Expected {
    RecordKey key = {};
    std::optional<Bytes> sealed = {};  ///< empty: there is no such record
  };
  std::vector<Expected> expected = {};
  std::vector<WrappedSecret> expected_secrets = {};  ///< exactly as they are

  std::vector<RecordKey> remove = {};
  std::optional<std::string> remove_application = {};  ///< with all its mappings
  std::vector<SealedRecord> put = {};                  ///< adds or replaces
  std::vector<WrappedSecret> remove_secrets = {};      ///< by generation and account
  std::vector<WrappedSecret> put_secrets = {};
  /// At the end: secrets before this generation go; refused while a record is under one of them. 0: none.
  std::int64_t oldest = 0;
};

/// Thread-safe; durable when a call returns. Errors are of the store.
class Storage {
 public:
  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  virtual ~Storage() = default;

  /// One consistent view: the secrets are those that sealed the records.
  virtual Result<Contents> read(const Selection& selection) = 0;
  /// Up to `limit` records under secrets before this generation.
  virtual Result<std::vector<SealedRecord>> older(std::int64_t generation, std::size_t limit) = 0;
  /// How many mappings each application has: those without any are missing. In no order.
  virtual Result<std::vector<std::pair<std::string, std::int64_t>>> count_mappings() = 0;
  /// False when something was not as expected: nothing has changed.
  virtual Result<bool> change(const Change& change) = 0;
};

}  // namespace sealgate::credentials
