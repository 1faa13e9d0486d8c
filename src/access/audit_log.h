#pragma once
// The log of every change and of every look at the body of a message: written, read, proven.
//
// What users, sessions and tokens go through is recorded by access/ itself, in the transaction of the change. Others
// record what they did right after it: a change of the configuration is in the log before its caller has an answer.

#include "access/principal.h"
#include "access/storage.h"

namespace sealgate::access {

struct AuditAction {
  std::string action = {};  ///< "artifact.apply"; docs/access.md lists them
  std::string object = {};
  std::string before = {};
  std::string after = {};
  std::vector<std::pair<std::string, std::string>> details = {};
};

struct AuditFilter {
  std::optional<Time> from = {}, until = {};  ///< from on; before
  std::string who = {};                       ///< the user, also through tokens of his; empty: anybody
  std::string action = {};  ///< whole ("user.add") or what comes before its dot ("user"); empty: any
  std::string object = {};  ///< a piece of it; case counts; empty: any
  bool refused = false;     ///< only what was not done
};

bool passes(const AuditFilter& filter, const AuditRecord& record);

struct ListedAudit {
  std::int64_t sequence = 0;
  AuditRecord record = {};
};

struct AuditVerdict {
  std::uint64_t records = 0;   ///< that hold, from the first on
  std::int64_t first_bad = 0;  ///< sequence number of the first that does not; 0: all hold
  std::string reason = {};     ///< why it does not
  AuditEntry head = {};        ///< the last record that holds
  bool found_anchor = false;   ///< a record has that hash
};

/// Thread-safe.
class AuditLog {
 public:
  /// Both must outlive it.
  AuditLog(Storage& storage, const Clock& clock) : storage_(storage), clock_(clock) {}

  /// Durable when it returns. `outcome`: "ok", or the code of the error.
  Result<> record(const Principal& by, AuditAction action, std::string_view outcome = "ok");
  /// Several at once, in one transaction. None: nothing happens.
  Result<> record_all(const Principal& by, std::vector<AuditAction> actions, std::string_view outcome = "ok");

  /// Up to `limit`, the newest first, that come before this number; 0: from the end. Reads at most kMaxScanned
  /// records; `next` is where to go on when there may be more, else 0.
  struct Page {
    std::vector<ListedAudit> records = {};
    std::int64_t next = 0;
  };
  static constexpr std::size_t kMaxScanned = 10'000;
  Result<Page> list(const AuditFilter& filter, std::int64_t before, std::size_t limit);
  /// Up to `limit` after this number, the oldest first, as they are stored.
  Result<std::vector<AuditEntry>> entries(std::int64_t after, std::size_t limit) {
    return storage_.audit(after, false, limit);
  }
  /// access.no-such-audit-record.
  Result<AuditEntry> show(std::int64_t sequence);
  /// Computes every hash again. `anchor` is a hash that was kept elsewhere; empty: none.
  Result<AuditVerdict> verify(ByteView anchor = {});
  /// The hash to keep elsewhere. All zero and empty before the first record.
  Result<AuditEntry> head() { return storage_.audit_head(); }

 private:
  Storage& storage_;
  const Clock& clock_;
};

}  // namespace sealgate::access
