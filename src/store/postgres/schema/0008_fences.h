#pragma once
// Who asks what became of a transaction asks again when the answer got lost, and must not take the mark that it left
// itself for the transaction's (sql/database.h). Earlier programs leave theirs as if they were the transaction's.

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0008 = R"sql(
ALTER TABLE commits ADD COLUMN fence boolean NOT NULL DEFAULT false;
)sql";

}  // namespace sealgate::store::postgres::schema
