#pragma once
// Credentials of affiliate applications, sealed, and the master secret that seals them, wrapped for each account
// (credentials/storage.h).

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0007 = R"sql(
CREATE TABLE credential_secrets (
  generation INTEGER NOT NULL,
  account    TEXT    NOT NULL,
  wrapped    BLOB    NOT NULL,
  made       INTEGER NOT NULL,
  PRIMARY KEY (generation, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE credential_records (
  kind        TEXT    NOT NULL,
  application TEXT    NOT NULL,
  name        TEXT    NOT NULL,
  place       INTEGER NOT NULL,
  generation  INTEGER NOT NULL,
  sealed      BLOB    NOT NULL,
  changed     INTEGER NOT NULL,
  PRIMARY KEY (kind, application, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_records_generation ON credential_records (generation);
)sql";

}  // namespace sealgate::store::schema
