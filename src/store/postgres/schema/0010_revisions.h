#pragma once
// What became of the configuration, change by change (artifacts/revisions.h).

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0010 = R"sql(
CREATE TABLE revisions (
  number   bigint PRIMARY KEY,
  at       bigint NOT NULL,
  who      text   NOT NULL,
  address  text   NOT NULL,
  origin   text   NOT NULL,
  comment  text   NOT NULL,
  restores bigint,
  changes  bigint NOT NULL,
  about    text   NOT NULL
);
CREATE TABLE revision_changes (
  number bigint NOT NULL,
  kind   text   COLLATE "C" NOT NULL,
  name   text   COLLATE "C" NOT NULL,
  before text   NOT NULL,
  after  text   NOT NULL,
  PRIMARY KEY (number, kind, name)
);
CREATE INDEX revision_changes_artifact ON revision_changes (kind, name, number);
)sql";

}  // namespace sealgate::store::postgres::schema
