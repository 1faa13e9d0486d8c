#pragma once
// Brings a database to the schema of this program. Each migration runs in a transaction of its own; the table
// schema_version records which ones ran. A database that a newer program made incompatible is refused.

#include "store/sqlite/sql/connection.h"

namespace sealgate::store::schema {

/// store.too-new when the database needs a newer program.
Result<> migrate(sql::Connection& connection);

/// The newest version this program knows.
std::int64_t current_version();

}  // namespace sealgate::store::schema
