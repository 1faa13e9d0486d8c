#pragma once
// Small facts that outlive a restart (store/common/memos.h).

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0005 = R"sql(
CREATE TABLE memos (
  key     TEXT    NOT NULL PRIMARY KEY,
  value   TEXT    NOT NULL,
  written INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace sealgate::store::schema
