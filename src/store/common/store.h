#pragma once
// A store: everything that one group keeps, behind interfaces. A backend is a folder of store/ and one line in
// store/backends/open_store.cpp.

#include <filesystem>
#include <memory>
#include <string>

#include "access/storage.h"
#include "artifacts/artifact_store.h"
#include "base/clock.h"
#include "certificates/certificate_store.h"
#include "credentials/storage.h"
#include "messaging/cluster.h"
#include "messaging/message_box.h"
#include "messaging/tracking_log.h"
#include "store/common/memos.h"
#include "store/common/store_contents.h"
#include "store/common/tracking/tracking_rows.h"

namespace sealgate::store {

enum class Access {
  Serve,  ///< a process that runs the hosts
  Tool    ///< a command beside it
};

/// Which store, as `--data` and `--store` say.
struct StoreLocation {
  std::filesystem::path data = {};  ///< folder of keys and spools, and of the database when it is embedded
  std::string url = "sqlite";       ///< "sqlite", or a libpq connection string: postgresql://user@host1,host2/db?…
  Access access = Access::Tool;
  bool create = true;             ///< false: a store that is not there is store.cannot-open
  std::string instance = "tool";  ///< the host instance, for the tracking log
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // All of it is thread-safe and lives as long as the store; so do bodies that the box gave out.
  virtual messaging::MessageBox& box() = 0;
  virtual artifacts::ArtifactStore& artifacts() = 0;
  /// What became of the artifacts, change by change.
  virtual artifacts::RevisionLog& revisions() = 0;
  virtual certificates::CertificateStore& certificates() = 0;
  virtual messaging::Cluster& cluster() = 0;
  /// What must not be forgotten by a restart, nor done twice by two instances.
  virtual Memos& memos() = 0;
  /// Names and passwords at partners, sealed (credentials/).
  virtual credentials::Storage& credentials() = 0;
  /// Users, sessions and tokens of the administration, and the log of what they did (access/).
  virtual access::Storage& access() = 0;
  /// The time that every process on this store agrees on: of this computer for an embedded store, of the database
  /// server for a shared one.
  virtual const Clock& clock() const = 0;
  /// "SQLite database /var/lib/sealgate/sealgate.db", "PostgreSQL database sealgate on db1,db2": never a password.
  virtual std::string description() const = 0;
  /// True when several processes may serve it at once.
  virtual bool is_shared() const = 0;
  /// Everything in it, for copying. One view from now on where the backend can give one.
  virtual std::unique_ptr<StoreReader> reader() = 0;
  /// store.not-empty when there are messages, artifacts or certificates in it.
  virtual Result<std::unique_ptr<StoreWriter>> writer() = 0;

  /// The log of what happened. Which ports leave nothing in it: MessageBox::tracking_switch().
  virtual messaging::TrackingLog& tracking() = 0;
  /// Its tables, for copying (tracking/copy.h).
  virtual tracking::TrackingStorage& tracking_storage() = 0;
};

}  // namespace sealgate::store
