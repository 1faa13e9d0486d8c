#include "store/sqlite/schema/migrations.h"

#include <array>

#include "store/common/errors.h"
#include "store/sqlite/schema/0001_initial.h"
#include "store/sqlite/schema/0002_claiming.h"
#include "store/sqlite/schema/0003_tracking.h"
#include "store/sqlite/schema/0004_cluster.h"
#include "store/sqlite/schema/0005_memos.h"
#include "store/sqlite/schema/0006_certificate_names.h"
#include "store/sqlite/schema/0007_credentials.h"
#include "store/sqlite/schema/0008_receipts.h"
#include "store/sqlite/schema/0009_access.h"
#include "store/sqlite/schema/0010_revisions.h"
#include "store/sqlite/schema/0011_figures.h"
#include "store/sqlite/schema/0012_certificate_search.h"
#include "store/sqlite/schema/0013_receipt_table.h"
#include "store/sqlite/schema/0014_work_checks.h"

namespace sealgate::store::schema {
namespace {

struct Migration {
  std::int64_t version;
  /// The oldest version of the program's schema that can still work with the database afterwards.
  std::int64_t least_compatible;
  std::string_view sql;
};

constexpr std::array kMigrations{
    Migration{1, 1, kMigration0001},   Migration{2, 2, kMigration0002},  Migration{3, 2, kMigration0003},
    Migration{4, 2, kMigration0004},   Migration{5, 2, kMigration0005},  Migration{6, 2, kMigration0006},
    Migration{7, 2, kMigration0007},   Migration{8, 8, kMigration0008},  Migration{9, 8, kMigration0009},
    Migration{10, 8, kMigration0010},  Migration{11, 8, kMigration0011}, Migration{12, 8, kMigration0012},
    Migration{13, 13, kMigration0013}, Migration{14, 13, kMigration0014}};

Result<std::int64_t> single_number(sql::Connection& connection, std::string_view query) {
  SG_TRY_ASSIGN(sql::Statement statement, connection.prepare(query));
  SG_TRY_ASSIGN(const bool row, statement.step());
  return row ? statement.integer(0) : 0;
}

Result<> run_migrations(sql::Connection& connection) {
  SG_TRY(
      connection.execute("CREATE TABLE IF NOT EXISTS schema_version ("
                         "version INTEGER PRIMARY KEY, least_compatible INTEGER NOT NULL) STRICT"));
  SG_TRY_ASSIGN(const std::int64_t have, single_number(connection, "SELECT max(version) FROM schema_version"));
  SG_TRY_ASSIGN(const std::int64_t needed,
                single_number(connection, "SELECT max(least_compatible) FROM schema_version"));
  if (needed > current_version()) {
    return fail(kTooNew,
                "the database has schema version " + std::to_string(have) + ", this program knows version " +
                    std::to_string(current_version()),
                connection.path(), "use the program version that last opened it, or a newer one");
  }
  for (const Migration& migration : kMigrations) {
    if (migration.version <= have) continue;
    SG_TRY(connection.execute(std::string(migration.sql)));
    SG_TRY_ASSIGN(sql::Statement record, connection.prepare("INSERT INTO schema_version VALUES (?1, ?2)"));
    SG_TRY(record.bind(1, migration.version).bind(2, migration.least_compatible).run());
  }
  return {};
}

}  // namespace

std::int64_t current_version() {
  return kMigrations.back().version;
}

Result<> migrate(sql::Connection& connection) {
  // Immediate: of two processes that start at once, one migrates and the other finds it done.
  SG_TRY(connection.execute("BEGIN IMMEDIATE"));
  auto done = run_migrations(connection);
  if (done) done = connection.execute("COMMIT");
  if (!done && connection.in_transaction()) (void)connection.execute("ROLLBACK");
  return done;
}

}  // namespace sealgate::store::schema
