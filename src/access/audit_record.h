#pragma once
// One record of the audit log: who did what, when and from where; and the chain that it becomes part of.
//
//   hash = SHA-256("sealgate audit 1\n" || hash of the record before || sequence (8 bytes, most significant first)
//                  || record as it is stored)
//
// The hash before the first record is empty. So nothing can be changed, left out or put in between without a trace.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"

namespace sealgate::access {

/// Never holds a password, a key, a token or the content of a message.
struct AuditRecord {
  Time at = {};
  std::string who = {};     ///< Principal::who(); empty: nobody that is known
  std::string from = {};    ///< address of the peer; "local" at the command line
  std::string action = {};  ///< "user.add", "artifact.apply", "message.body"
  std::string object = {};  ///< "user alice", "SendPort Orders", "message 0190…"
  std::string before = {};  ///< a digest, or what it was in short; empty: it was not there, or does not apply
  std::string after = {};
  std::string outcome = "ok";  ///< or the code of the error
  std::vector<std::pair<std::string, std::string>> details = {};
  friend bool operator==(const AuditRecord&, const AuditRecord&) = default;
};

inline constexpr std::size_t kMaxAuditText = 1024;   ///< bytes of any one text; what is longer is cut
inline constexpr std::size_t kMaxAuditDetails = 32;  ///< what is more is dropped

/// As JSON on one line, with the members in a fixed order; octets that are not UTF-8 become U+FFFD. Never fails.
std::string encode(const AuditRecord& record);
/// access.damaged.
Result<AuditRecord> decode_audit_record(std::string_view stored);

/// Stands for a stored one that cannot be read.
AuditRecord damaged_audit_record();

/// As it is stored.
struct AuditEntry {
  std::int64_t sequence = 0;  ///< 1, 2, 3, …
  std::string record = {};    ///< encode()
  Bytes hash = {};
  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
};
/// The entry that follows `previous`, whose record need not be there.
Result<AuditEntry> chain(const AuditEntry& previous, std::string record);

/// 64 hexadecimal digits: the SHA-256 of a document, for `before` and `after`; empty for an empty one.
std::string audit_digest(std::string_view document);

}  // namespace sealgate::access
