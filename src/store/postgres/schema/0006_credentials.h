#pragma once
// Credentials of affiliate applications, sealed, and the master secret that seals them, wrapped for each account
// (credentials/storage.h). A name may be of any bytes: it may be a user's as a partner wrote it.

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0006 = R"sql(
CREATE TABLE credential_secrets (
  generation bigint NOT NULL,
  account    text   COLLATE "C" NOT NULL,
  wrapped    bytea  NOT NULL,
  made       bigint NOT NULL,
  PRIMARY KEY (generation, account)
);
CREATE TABLE credential_records (
  kind        text   COLLATE "C" NOT NULL,
  application text   COLLATE "C" NOT NULL,
  name        bytea  NOT NULL,
  place       bigint NOT NULL,
  generation  bigint NOT NULL,
  sealed      bytea  NOT NULL,
  changed     bigint NOT NULL,
  PRIMARY KEY (kind, application, name)
);
CREATE INDEX credential_records_generation ON credential_records (generation);
)sql";

}  // namespace sealgate::store::postgres::schema
