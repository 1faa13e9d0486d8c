#pragma once
// What the operations work on.

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "admin/audit_facts.h"
#include "artifacts/artifact_store.h"
#include "store/common/store.h"

namespace sealgate::api {

struct ServiceOptions {
  admin::StorePlace place = {};
  std::string version = {};            ///< of the program
  std::function<void()> changed = {};  ///< makes what was stored hold in this process; may be empty
};

/// Thread-safe. The store outlives it.
class Services {
 public:
  Services(store::Store& store, ServiceOptions options) : store_(store), options_(std::move(options)) {}

  store::Store& store() { return store_; }
  Time now() const { return store_.clock().now(); }
  const admin::StorePlace& place() const { return options_.place; }
  const std::string& version() const { return options_.version; }
  /// To be called after each change of configuration or certificates.
  void changed() const {
    if (options_.changed) options_.changed();
  }

  /// The configuration as it is stored now; read anew only when it has changed.
  Result<std::shared_ptr<const artifacts::Snapshot>> configuration();

 private:
  store::Store& store_;
  const ServiceOptions options_;
  std::mutex mutex_;
  std::shared_ptr<const artifacts::Snapshot> configuration_;
};

}  // namespace sealgate::api
