#pragma once
// Users, sessions, tokens and invitations of the administration, and the log of what they did (access/storage.h).

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0009 = R"sql(
CREATE TABLE access_records (
  kind    TEXT    NOT NULL,
  id      TEXT    NOT NULL,
  owner   TEXT    NOT NULL,
  until   INTEGER,
  content TEXT    NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_records_owner ON access_records (kind, owner);
CREATE INDEX access_records_until ON access_records (until) WHERE until IS NOT NULL;
CREATE TABLE audit_log (
  sequence INTEGER PRIMARY KEY,
  record   TEXT    NOT NULL,
  hash     BLOB    NOT NULL
) STRICT;
)sql";

}  // namespace sealgate::store::schema
