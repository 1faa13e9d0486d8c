#pragma once
// Who works on the store, and what runs once (store/common/cluster_rules.h).

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0004 = R"sql(
CREATE TABLE instances (
  name          TEXT    NOT NULL PRIMARY KEY,
  life          TEXT    NOT NULL UNIQUE,
  address       TEXT    NOT NULL,
  version       TEXT    NOT NULL,
  configuration INTEGER NOT NULL,
  certificates  INTEGER NOT NULL,
  joined        INTEGER NOT NULL,
  seen          INTEGER NOT NULL,
  dead          INTEGER NOT NULL     -- its leases are free, its claims are about to be given back
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
  name  TEXT    NOT NULL PRIMARY KEY,
  life  TEXT    NOT NULL,            -- '' while nobody holds it
  fence INTEGER NOT NULL             -- grows with every holder
) STRICT, WITHOUT ROWID;

-- Work that one instance alone may claim, to be found when that instance is gone.
CREATE INDEX work_instance ON work (instance) WHERE instance <> '';
)sql";

}  // namespace sealgate::store::schema
