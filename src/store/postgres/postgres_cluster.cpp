#include "store/postgres/postgres_cluster.h"

namespace sealgate::store::postgres {
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
  explicit Tables(Connection& connection) : connection_(connection) {}

  Result<std::vector<InstanceRow>> instances() override {
    SG_TRY_ASSIGN(const Rows found,
                  connection_.run("SELECT name, life, address, version, configuration, certificates, joined, seen, "
                                  "dead FROM instances ORDER BY name"));
    std::vector<InstanceRow> rows;
    for (std::size_t i = 0; i < found.size(); ++i) {
      Instance instance{found.text(i, 0),
                        found.text(i, 1),
                        found.text(i, 2),
                        found.text(i, 3),
                        static_cast<std::uint64_t>(found.integer(i, 4)),
                        static_cast<std::uint64_t>(found.integer(i, 5)),
                        time_of(found.integer(i, 6)),
                        time_of(found.integer(i, 7))};
      rows.push_back({std::move(instance), found.flag(i, 8)});
    }
    return rows;
  }

  Result<> put(const InstanceRow& row) override {
    const Instance& instance = row.instance;
    Parameters parameters;
    parameters.add(instance.name).add(instance.life).add(instance.address).add(instance.version);
    parameters.add(static_cast<std::int64_t>(instance.configuration));
    parameters.add(static_cast<std::int64_t>(instance.certificates));
    parameters.add(milliseconds(instance.joined)).add(milliseconds(instance.seen)).add_flag(row.dead);
    return done(connection_.run(
        "INSERT INTO instances (name, life, address, version, configuration, certificates, joined, seen, dead) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (name) DO UPDATE SET (life, address, version, "
        "configuration, certificates, joined, seen, dead) = ($2, $3, $4, $5, $6, $7, $8, $9)",
        std::move(parameters)));
  }

  Result<> remove(const std::string& life) override { return run("DELETE FROM instances WHERE life = $1", life); }

  Result<std::vector<NamedLease>> leases(const std::string& name) override {
    Parameters parameters;
    parameters.add(name);
    SG_TRY_ASSIGN(const Rows rows,
                  connection_.run("SELECT name, life, fence FROM leases WHERE $1 = '' OR name = $1 ORDER BY name",
                                  std::move(parameters)));
    std::vector<NamedLease> found;
    for (std::size_t i = 0; i < rows.size(); ++i)
      found.push_back({rows.text(i, 0), rows.text(i, 1), rows.integer(i, 2)});
    return found;
  }

  Result<> put(const NamedLease& lease) override {
    Parameters parameters;
    parameters.add(lease.name).add(lease.life).add(lease.fence);
    return done(
        connection_.run("INSERT INTO leases (name, life, fence) VALUES ($1, $2, $3) "
                        "ON CONFLICT (name) DO UPDATE SET (life, fence) = ($2, $3)",
                        std::move(parameters)));
  }

  Result<> free_leases(const std::string& life) override {
    return run("UPDATE leases SET life = '' WHERE life = $1", life);
  }

 private:
  static Result<> done(const Result<Rows>& rows) {
    if (!rows) return tl::unexpected(rows.error());
    return {};
  }
  Result<> run(std::string_view sql, const std::string& parameter) {
    Parameters parameters;
    parameters.add(parameter);
    return done(connection_.run(sql, std::move(parameters)));
  }

  Connection& connection_;
};

}  // namespace

Result<> PostgresCluster::write(const Job& job) {
  return database_.write([&](Connection& connection) -> Result<> {
    // One writer at a time; readers are not kept out.
    SG_TRY(connection.run("SELECT single FROM cluster_turn FOR UPDATE"));
    Tables tables(connection);
    return job(tables);
  });
}

Result<> PostgresCluster::read(const Job& job) {
  return database_.read([&](Connection& connection) {
    Tables tables(connection);
    return job(tables);
  });
}

}  // namespace sealgate::store::postgres
