#pragma once
// Best practices of the documents Sealgate's concepts come from, as checks with stable codes. What a configuration
// does not tell (permissions, what else the stores hold) comes in as facts.

#include <filesystem>
#include <span>

#include "audit/finding.h"
#include "audit/holdings.h"

namespace sealgate::audit {

/// A file or folder of the system that runs this.
struct PathFact {
  enum class Role { DataFolder, KeyFile, Database, ReceiveFolder, SendFolder, Archive };
  Role role = Role::DataFolder;
  std::string path = {};
  bool exists = true;
  unsigned mode = 0;         ///< permission bits
  std::string used_by = {};  ///< "location Orders"; may be empty
};

/// A certificate of any store, used or not.
struct StoredFact {
  certificates::StoreName store = certificates::StoreName::Personal;
  std::string account = {};
  certificates::StoredCertificate entry;
};

struct Facts {
  std::vector<PathFact> paths = {};
  std::vector<StoredFact> stored = {};
  std::string store = "sqlite";  ///< connection string without a password
};

/// Every practice that is not kept, sorted. `uses` is that of `set`.
std::vector<Finding> audit(const artifacts::ArtifactSet& set, const Uses& uses, const Holdings& holdings,
                           const Facts& facts, Time now);

struct Practice {
  std::string_view code;
  Severity severity;         ///< the highest it is reported with
  std::string_view meaning;  ///< one sentence
};
/// Every code that audit() gives, for documentation and tests.
std::span<const Practice> practices();

}  // namespace sealgate::audit
