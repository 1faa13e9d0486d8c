#pragma once
// Who asked for what, and what was changed by whom: an entry each in a log that is only ever appended to.

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace sealgate::credentials {

struct AuditEntry {
  enum class Event { LookUp, Change };
  Event event = Event::LookUp;
  std::string application = {};
  std::string outcome = {};  ///< "ok" or the code of the error
  std::string port = {};     ///< LookUp
  std::string message = {};  ///< LookUp: its id
  std::string party = {};    ///< LookUp: of the message
  /// LookUp: account, principal (who was found), ticket (its user). Change: action, principal, by.
  std::vector<std::pair<std::string, std::string>> details = {};
};

/// Thread-safe; the entry is durable when record() returns.
class Auditor {
 public:
  Auditor() = default;
  Auditor(const Auditor&) = delete;
  Auditor& operator=(const Auditor&) = delete;
  virtual ~Auditor() = default;
  virtual Result<> record(const AuditEntry& entry) = 0;
};

}  // namespace sealgate::credentials
