#include "store/postgres/schema/migrations.h"

#include <array>

#include "store/common/errors.h"
#include "store/postgres/schema/0001_initial.h"
#include "store/postgres/schema/0002_cluster.h"
#include "store/postgres/schema/0003_tracking.h"
#include "store/postgres/schema/0004_memos.h"
#include "store/postgres/schema/0005_certificate_names.h"
#include "store/postgres/schema/0006_credentials.h"
#include "store/postgres/schema/0007_receipts.h"
#include "store/postgres/schema/0008_fences.h"
#include "store/postgres/schema/0009_access.h"
#include "store/postgres/schema/0010_revisions.h"
#include "store/postgres/schema/0011_figures.h"
#include "store/postgres/schema/0012_certificate_search.h"

namespace sealgate::store::postgres::schema {
namespace {

struct Migration {
  std::int64_t version;
  /// The oldest version of the program's schema that can still work with the database afterwards.
  std::int64_t least_compatible;
  std::string_view sql;
};

constexpr std::array kMigrations{
    Migration{1, 1, kMigration0001},  Migration{2, 2, kMigration0002},  Migration{3, 2, kMigration0003},
    Migration{4, 2, kMigration0004},  Migration{5, 2, kMigration0005},  Migration{6, 2, kMigration0006},
    Migration{7, 7, kMigration0007},  Migration{8, 7, kMigration0008},  Migration{9, 7, kMigration0009},
    Migration{10, 7, kMigration0010}, Migration{11, 7, kMigration0011}, Migration{12, 7, kMigration0012}};

/// "sealgate" in eight letters: the key of the lock among those of the whole database.
constexpr std::int64_t kLock = 0x7365616c67617465;

Result<bool> is_there(Connection& connection, const std::string& schema) {
  Parameters parameters;
  parameters.add(std::string_view(schema));
  SG_TRY_ASSIGN(const Rows rows, connection.run("SELECT 1::bigint FROM information_schema.tables "
                                                "WHERE table_schema = $1 AND table_name = 'schema_version'",
                                                std::move(parameters)));
  return !rows.empty();
}

Result<> run_migrations(Connection& connection, const std::string& schema, bool create) {
  Parameters lock;
  lock.add(kLock);
  SG_TRY(connection.run("SELECT 1::bigint FROM pg_advisory_xact_lock($1)", std::move(lock)));
  SG_TRY_ASSIGN(const bool there, is_there(connection, schema));
  if (!there && !create) {
    return fail(kCannotOpen, "there is no store in the schema '" + schema + "' of the database",
                connection.description(),
                "name another database with --store, or create the store with 'sealgate apply'");
  }
  if (!there) {
    SG_TRY(connection.execute("CREATE SCHEMA IF NOT EXISTS " + schema +
                              "; CREATE TABLE schema_version (version bigint PRIMARY KEY, "
                              "least_compatible bigint NOT NULL)"));
  }
  SG_TRY_ASSIGN(const Rows found, connection.run("SELECT coalesce(max(version), 0)::bigint, "
                                                 "coalesce(max(least_compatible), 0)::bigint FROM schema_version"));
  const std::int64_t have = found.integer(0, 0);
  if (found.integer(0, 1) > current_version()) {
    return fail(kTooNew,
                "the database has schema version " + std::to_string(have) + ", this program knows version " +
                    std::to_string(current_version()),
                connection.description(), "use the program version that last opened it, or a newer one");
  }
  for (const Migration& migration : kMigrations) {
    if (migration.version <= have) continue;
    SG_TRY(connection.execute(std::string(migration.sql)));
    Parameters record;
    record.add(migration.version).add(migration.least_compatible);
    SG_TRY(connection.run("INSERT INTO schema_version VALUES ($1, $2)", std::move(record)));
  }
  return {};
}

}  // namespace

std::int64_t current_version() {
  return kMigrations.back().version;
}

Result<> migrate(Connection& connection, const std::string& schema, bool create) {
  SG_TRY(connection.execute("BEGIN"));
  auto done = run_migrations(connection, schema, create);
  if (done) done = connection.execute("COMMIT");
  if (!done && !connection.is_lost() && connection.in_transaction()) (void)connection.execute("ROLLBACK");
  return done;
}

}  // namespace sealgate::store::postgres::schema
