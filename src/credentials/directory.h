#pragma once
// What administrators do: applications, mappings, settings. Reading never gives the value of a masked field.
//
// Two who change at once: the later one looks again and changes what it then finds.

#include <functional>
#include <string>
#include <vector>

#include "credentials/audit.h"
#include "credentials/keyring.h"
#include "credentials/mapping.h"

namespace sealgate::credentials {

struct ListedApplication {
  Application application = {};
  std::int64_t mappings = 0;
  Time changed = {};
};

struct ListedMapping {
  std::string principal = {};
  std::int64_t place = 0;
  /// In the order of the fields; empty optional: masked.
  std::vector<std::optional<std::string>> values = {};
  Time changed = {};
};

/// Thread-safe.
class Directory {
 public:
  /// `by` names who changes things, for the record. All must outlive it.
  Directory(Storage& storage, Keyring& keyring, Auditor& auditor, const Clock& clock, std::string by);

  /// By name.
  Result<std::vector<ListedApplication>> applications();
  /// credentials.no-such-application.
  Result<ListedApplication> application(const std::string& name);
  /// credentials.bad-application, credentials.application-exists.
  Result<> create(const Application& application);
  /// `change` alters everything but name, type and fields, which stay. credentials.no-such-application.
  Result<> update(const std::string& name, const std::function<void(Application&)>& change);
  /// With all its mappings.
  Result<> remove(const std::string& name);

  /// In the order in which they are asked.
  Result<std::vector<ListedMapping>> mappings(const std::string& application);
  /// Adds it, or replaces the one of the same principal. `place` of a group application: 0 keeps the place, of a new
  /// one behind all others; else it takes this place and pushes others back. credentials.bad-mapping,
  /// credentials.too-many.
  Result<> map(const std::string& application, const Mapping& mapping);
  /// credentials.no-mapping when there is none.
  Result<> unmap(const std::string& application, const std::string& principal);

  Result<SystemSettings> settings();
  Result<> set(const std::function<void(SystemSettings&)>& change);

 private:
  struct Found;
  Result<Found> find(const std::string& name, const std::optional<std::vector<std::string>>& names);
  /// Until nobody else has changed it meanwhile. `make` says what to do with what is there now.
  Result<> change(const std::function<Result<Change>()>& make);
  Result<> told(std::string action, const std::string& application, const std::string& principal, Result<> outcome);

  Storage& storage_;
  Keyring& keyring_;
  Auditor& auditor_;
  const Clock& clock_;
  std::string by_;
};

}  // namespace sealgate::credentials
