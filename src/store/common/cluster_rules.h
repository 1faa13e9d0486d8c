#pragma once
// The rules of messaging/cluster.h over two small tables that every backend keeps in its own way:
//
//   instances  name (unique), life, address, version, configuration, certificates, joined, seen, dead
//   leases     name (unique), life, fence
//
// A death has two steps, because what was claimed is the message box's own matter: first the member is marked dead
// and its leases are free, in one transaction; then the box gives its claims back; then the row goes. Whoever dies
// between them leaves a row that is marked, and the next who looks goes on there. A name is free for a new life only
// after it.

#include <functional>
#include <string>
#include <vector>

#include "messaging/cluster.h"
#include "messaging/message_box.h"

namespace sealgate::store {

struct InstanceRow {
  messaging::Instance instance = {};
  bool dead = false;  ///< marked, but its claims may not be given back yet
};

/// The tables inside one transaction. Writers see each other's work: only one is inside at a time.
class ClusterTables {
 public:
  ClusterTables() = default;
  ClusterTables(const ClusterTables&) = delete;
  ClusterTables& operator=(const ClusterTables&) = delete;
  virtual ~ClusterTables() = default;

  /// All, by name.
  virtual Result<std::vector<InstanceRow>> instances() = 0;
  /// Inserts it, or replaces the row of this name.
  virtual Result<> put(const InstanceRow& row) = 0;
  virtual Result<> remove(const std::string& life) = 0;
  /// All, by name; only this one when `name` is not empty.
  virtual Result<std::vector<messaging::NamedLease>> leases(const std::string& name) = 0;
  virtual Result<> put(const messaging::NamedLease& lease) = 0;
  virtual Result<> free_leases(const std::string& life) = 0;
};

class ClusterRules : public messaging::Cluster {
 public:
  /// `box` must outlive it.
  explicit ClusterRules(messaging::MessageBox& box) : box_(box) {}

  Result<> join(const messaging::Instance& instance, bool alone, Time now) override;
  Result<> heartbeat(const messaging::Instance& instance, Time now) override;
  Result<> leave(const std::string& life, Time now) override;
  Result<std::vector<messaging::Instance>> members() override;
  Result<std::vector<std::string>> take_over(Time now) override;
  Result<std::optional<messaging::NamedLease>> acquire(const std::string& name, const std::string& life) override;
  Result<> release(const messaging::NamedLease& lease) override;
  Result<std::vector<messaging::NamedLease>> leases() override;

 protected:
  using Job = std::function<Result<>(ClusterTables&)>;
  /// In a transaction that keeps other writers of these tables out. May run `job` several times.
  virtual Result<> write(const Job& job) = 0;
  virtual Result<> read(const Job& job) = 0;

 private:
  /// Gives back what the marked ones held, and removes them.
  Result<> bury(const std::vector<messaging::Instance>& dead, Time now);
  Result<std::vector<messaging::Instance>> mark(const std::function<bool(const InstanceRow&)>& is_dead);

  messaging::MessageBox& box_;
};

}  // namespace sealgate::store
