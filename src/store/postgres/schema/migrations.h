#pragma once
// Brings a database to the schema of this program. All of it in one transaction under a lock, so that of many
// processes that start at once one migrates and the others find it done. The table schema_version records which
// migrations ran; a database that a newer program made incompatible is refused.

#include "store/postgres/sql/connection.h"

namespace sealgate::store::postgres::schema {

/// store.cannot-open when the schema is not there and `create` is false; store.too-new.
Result<> migrate(Connection& connection, const std::string& schema, bool create);

/// The newest version this program knows.
std::int64_t current_version();

}  // namespace sealgate::store::postgres::schema
