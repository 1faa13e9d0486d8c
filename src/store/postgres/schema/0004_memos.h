#pragma once
// Small facts that outlive a restart (store/common/memos.h).

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0004 = R"sql(
CREATE TABLE memos (
  key     text   COLLATE "C" PRIMARY KEY,
  value   text   NOT NULL,
  written bigint NOT NULL
);
)sql";

}  // namespace sealgate::store::postgres::schema
