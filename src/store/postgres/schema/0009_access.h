#pragma once
// Users, sessions, tokens and invitations of the administration, and the log of what they did (access/storage.h).

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0009 = R"sql(
CREATE TABLE access_records (
  kind    text   COLLATE "C" NOT NULL,
  id      text   COLLATE "C" NOT NULL,
  owner   text   COLLATE "C" NOT NULL,
  until   bigint,
  content text   NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX access_records_owner ON access_records (kind, owner);
CREATE INDEX access_records_until ON access_records (until) WHERE until IS NOT NULL;
CREATE TABLE audit_log (
  sequence bigint PRIMARY KEY,
  record   text   NOT NULL,
  hash     bytea  NOT NULL
);
)sql";

}  // namespace sealgate::store::postgres::schema
