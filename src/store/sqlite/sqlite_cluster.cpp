#include "store/sqlite/sqlite_cluster.h"

namespace sealgate::store {
namespace {

using messaging::Instance;
using messaging::NamedLease;

std::int64_t milliseconds(Time time) {
  return time.time_since_epoch().count();
}

Time time_of(std::int64_t milliseconds) {
  return Time(std::chrono::milliseconds(milliseconds));
}

class Tables final : public ClusterTables {
 public:
  explicit Tables(sql::Connection& connection) : connection_(connection) {}

  Result<std::vector<InstanceRow>> instances() override {
    SG_TRY_ASSIGN(
        sql::Statement select,
        connection_.prepare("SELECT name, life, address, version, configuration, certificates, joined, seen, "
                            "dead FROM instances ORDER BY name"));
    std::vector<InstanceRow> rows;
    for (;;) {
      SG_TRY_ASSIGN(const bool found, select.step());
      if (!found) return rows;
      Instance instance{select.text(0),
                        select.text(1),
                        select.text(2),
                        select.text(3),
                        static_cast<std::uint64_t>(select.integer(4)),
                        static_cast<std::uint64_t>(select.integer(5)),
                        time_of(select.integer(6)),
                        time_of(select.integer(7))};
      rows.push_back({std::move(instance), select.integer(8) != 0});
    }
  }

  Result<> put(const InstanceRow& row) override {
    const Instance& instance = row.instance;
    SG_TRY_ASSIGN(
        sql::Statement insert,
        connection_.prepare("INSERT OR REPLACE INTO instances (name, life, address, version, configuration, "
                            "certificates, joined, seen, dead) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
    insert.bind(1, instance.name).bind(2, instance.life).bind(3, instance.address).bind(4, instance.version);
    insert.bind(5, static_cast<std::int64_t>(instance.configuration));
    insert.bind(6, static_cast<std::int64_t>(instance.certificates));
    insert.bind(7, milliseconds(instance.joined)).bind(8, milliseconds(instance.seen));
    return insert.bind(9, std::int64_t{row.dead}).run();
  }

  Result<> remove(const std::string& life) override {
    SG_TRY_ASSIGN(sql::Statement statement, connection_.prepare("DELETE FROM instances WHERE life = ?1"));
    return statement.bind(1, life).run();
  }

  Result<std::vector<NamedLease>> leases(const std::string& name) override {
    SG_TRY_ASSIGN(
        sql::Statement select,
        connection_.prepare("SELECT name, life, fence FROM leases WHERE ?1 = '' OR name = ?1 ORDER BY name"));
    select.bind(1, name);
    std::vector<NamedLease> found;
    for (;;) {
      SG_TRY_ASSIGN(const bool row, select.step());
      if (!row) return found;
      found.push_back({select.text(0), select.text(1), select.integer(2)});
    }
  }

  Result<> put(const NamedLease& lease) override {
    SG_TRY_ASSIGN(sql::Statement insert,
                  connection_.prepare("INSERT OR REPLACE INTO leases (name, life, fence) VALUES (?1, ?2, ?3)"));
    return insert.bind(1, lease.name).bind(2, lease.life).bind(3, lease.fence).run();
  }

  Result<> free_leases(const std::string& life) override {
    SG_TRY_ASSIGN(sql::Statement update, connection_.prepare("UPDATE leases SET life = '' WHERE life = ?1"));
    return update.bind(1, life).run();
  }

 private:
  sql::Connection& connection_;
};

}  // namespace

Result<> SqliteCluster::write(const Job& job) {
  // The database has one writer at a time.
  return database_.write([&](sql::Connection& connection) {
    Tables tables(connection);
    return job(tables);
  });
}

Result<> SqliteCluster::read(const Job& job) {
  return database_.read([&](sql::Connection& connection) {
    Tables tables(connection);
    return job(tables);
  });
}

}  // namespace sealgate::store
