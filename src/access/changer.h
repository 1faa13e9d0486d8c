#pragma once
// Changes that somebody asks for: made anew until nobody else changed the same meanwhile, and recorded in the audit
// log in the same transaction; what is refused is recorded as well.

#include <functional>

#include "access/principal.h"
#include "access/storage.h"

namespace sealgate::access {

/// Thread-safe.
class Changer {
 public:
  /// Both must outlive it.
  Changer(Storage& storage, const Clock& clock) : storage_(storage), clock_(clock) {}

  /// `make` looks at what is there, adds what is to happen to the change, and may say in the record what it was
  /// before and is after. Its error is the outcome. access.changed-meanwhile.
  using Make = std::function<Result<>(Change& change, AuditRecord& record)>;
  Result<> run(const Principal& by, std::string action, std::string object, const Make& make);

  Storage& storage() { return storage_; }
  Time now() const { return clock_.now(); }

 private:
  Result<> attempt(const AuditRecord& record, const Make& make);

  Storage& storage_;
  const Clock& clock_;
};

/// access.not-allowed.
Result<> require(const Principal& by, Permission permission);

}  // namespace sealgate::access
