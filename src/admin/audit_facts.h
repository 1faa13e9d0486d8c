#pragma once
// What an audit sees of this computer: permissions, and everything that the certificate stores hold.

#include <string>

#include "audit/practices.h"
#include "store/common/store.h"

namespace sealgate::admin {

/// Where an opened store is.
struct StorePlace {
  std::string data = {};  ///< folder of keys and spools, and of the database when it is embedded
  std::string url = {};   ///< "sqlite", or where a shared database is; may hold a password: never tell it
};

Result<audit::Facts> gather_facts(const artifacts::ArtifactSet& set, store::Store& store, const StorePlace& place);

}  // namespace sealgate::admin
