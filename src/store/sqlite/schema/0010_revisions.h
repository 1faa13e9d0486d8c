#pragma once
// What became of the configuration, change by change (artifacts/revisions.h).

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0010 = R"sql(
CREATE TABLE revisions (
  number   INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  who      TEXT    NOT NULL,
  address  TEXT    NOT NULL,
  origin   TEXT    NOT NULL,
  comment  TEXT    NOT NULL,
  restores INTEGER,
  changes  INTEGER NOT NULL,
  about    TEXT    NOT NULL
) STRICT;
CREATE TABLE revision_changes (
  number INTEGER NOT NULL,
  kind   TEXT    NOT NULL,
  name   TEXT    NOT NULL,
  before TEXT    NOT NULL,
  after  TEXT    NOT NULL,
  PRIMARY KEY (number, kind, name)
) STRICT;
CREATE INDEX revision_changes_artifact ON revision_changes (kind, name, number);
)sql";

}  // namespace sealgate::store::schema
