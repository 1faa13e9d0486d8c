#include "store/common/cluster_rules.h"

#include <algorithm>

#include "messaging/errors.h"

namespace sealgate::store {

using messaging::Instance;
using messaging::NamedLease;

namespace {

/// A heartbeat from the far future is no sign of life either: the clock was set back, and who lives has said so
/// since.
bool is_silent(const Instance& instance, Time now) {
  return std::chrono::abs(now - instance.seen) > messaging::kInstanceTimeout;
}

const InstanceRow* find_life(const std::vector<InstanceRow>& rows, const std::string& life) {
  const auto found = std::ranges::find_if(rows, [&](const InstanceRow& row) { return row.instance.life == life; });
  return found == rows.end() || found->dead ? nullptr : &*found;
}

Result<> declared_dead(const std::string& what) {
  return fail(messaging::kDeclaredDead, "this host instance is no member of the group (any more)", what,
              "it joins again by itself; if this comes often, look for pauses of the machine or of the database");
}

}  // namespace

Result<std::vector<Instance>> ClusterRules::mark(const std::function<bool(const InstanceRow&)>& is_dead) {
  std::vector<Instance> marked;
  bool any = false;
  SG_TRY(read([&](ClusterTables& tables) -> Result<> {
    SG_TRY_ASSIGN(const auto rows, tables.instances());
    any = std::ranges::any_of(rows, is_dead);
    return {};
  }));
  if (!any) return marked;
  SG_TRY(write([&](ClusterTables& tables) -> Result<> {
    marked.clear();
    SG_TRY_ASSIGN(const auto rows, tables.instances());
    for (InstanceRow row : rows) {
      if (!is_dead(row)) continue;
      row.dead = true;
      SG_TRY(tables.put(row));
      SG_TRY(tables.free_leases(row.instance.life));
      marked.push_back(std::move(row.instance));
    }
    return {};
  }));
  return marked;
}

Result<> ClusterRules::bury(const std::vector<Instance>& dead, Time now) {
  for (const Instance& instance : dead) {
    SG_TRY(box_.release_all(instance.name, now));
    SG_TRY(write([&](ClusterTables& tables) { return tables.remove(instance.life); }));
  }
  return {};
}

Result<> ClusterRules::join(const Instance& instance, bool alone, Time now) {
  SG_TRY_ASSIGN(const auto dead, mark([&](const InstanceRow& row) {
                  return row.dead || alone || (row.instance.name == instance.name && is_silent(row.instance, now));
                }));
  SG_TRY(bury(dead, now));
  InstanceRow joined{instance, false};
  joined.instance.joined = joined.instance.seen = now;
  return write([&](ClusterTables& tables) -> Result<> {
    SG_TRY_ASSIGN(const auto rows, tables.instances());
    const auto taken = [&](const InstanceRow& row) { return row.instance.name == instance.name; };
    if (std::ranges::any_of(rows, taken)) {
      return fail(messaging::kInstanceExists, "a host instance of this name is running already", instance.name,
                  "stop it, or choose another name with --host-instance; one that was killed is forgotten after " +
                      std::to_string(messaging::kInstanceTimeout.count()) + " seconds");
    }
    return tables.put(joined);
  });
}

Result<> ClusterRules::heartbeat(const Instance& instance, Time now) {
  return write([&](ClusterTables& tables) -> Result<> {
    SG_TRY_ASSIGN(const auto rows, tables.instances());
    const InstanceRow* own = find_life(rows, instance.life);
    if (own == nullptr) return declared_dead("host instance " + instance.name);
    InstanceRow seen{instance, false};
    seen.instance.name = own->instance.name;
    seen.instance.joined = own->instance.joined;
    seen.instance.seen = now;
    return tables.put(seen);
  });
}

Result<> ClusterRules::leave(const std::string& life, Time now) {
  SG_TRY_ASSIGN(const auto gone, mark([&](const InstanceRow& row) { return row.instance.life == life; }));
  return bury(gone, now);
}

Result<std::vector<Instance>> ClusterRules::members() {
  std::vector<Instance> all;
  SG_TRY(read([&](ClusterTables& tables) -> Result<> {
    all.clear();
    SG_TRY_ASSIGN(auto rows, tables.instances());
    for (InstanceRow& row : rows) {
      if (!row.dead) all.push_back(std::move(row.instance));
    }
    return {};
  }));
  return all;
}

Result<std::vector<std::string>> ClusterRules::take_over(Time now) {
  SG_TRY_ASSIGN(const auto dead,
                mark([&](const InstanceRow& row) { return row.dead || is_silent(row.instance, now); }));
  SG_TRY(bury(dead, now));
  std::vector<std::string> names;
  for (const Instance& instance : dead) names.push_back(instance.name);
  return names;
}

Result<std::optional<NamedLease>> ClusterRules::acquire(const std::string& name, const std::string& life) {
  std::optional<NamedLease> lease;
  bool free = true;
  // Mostly it is held already, by this one or another: no need to keep writers out for that.
  SG_TRY(read([&](ClusterTables& tables) -> Result<> {
    SG_TRY_ASSIGN(const auto found, tables.leases(name));
    free = found.empty() || found.front().life.empty();
    lease.reset();
    if (!free && found.front().life == life) lease = found.front();
    return {};
  }));
  if (!free) return lease;
  SG_TRY(write([&](ClusterTables& tables) -> Result<> {
    lease.reset();
    SG_TRY_ASSIGN(const auto rows, tables.instances());
    if (find_life(rows, life) == nullptr) return declared_dead("lease " + name);
    SG_TRY_ASSIGN(const auto found, tables.leases(name));
    NamedLease next = found.empty() ? NamedLease{name, {}, 0} : found.front();
    if (!next.life.empty()) {
      if (next.life == life) lease = next;
      return {};
    }
    next.life = life;
    ++next.fence;
    SG_TRY(tables.put(next));
    lease = std::move(next);
    return {};
  }));
  return lease;
}

Result<> ClusterRules::release(const NamedLease& lease) {
  return write([&](ClusterTables& tables) -> Result<> {
    SG_TRY_ASSIGN(const auto found, tables.leases(lease.name));
    if (found.empty() || found.front().life != lease.life || found.front().fence != lease.fence) return {};
    return tables.put(NamedLease{lease.name, {}, lease.fence});
  });
}

Result<std::vector<NamedLease>> ClusterRules::leases() {
  std::vector<NamedLease> all;
  SG_TRY(read([&](ClusterTables& tables) -> Result<> {
    SG_TRY_ASSIGN(all, tables.leases({}));
    return {};
  }));
  return all;
}

}  // namespace sealgate::store
