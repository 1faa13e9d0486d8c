#pragma once
// Who works on the store, and what runs once (store/common/cluster_rules.h).

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0002 = R"sql(
CREATE TABLE instances (
  name          text   COLLATE "C" PRIMARY KEY,
  life          text   COLLATE "C" NOT NULL UNIQUE,
  address       text   NOT NULL,
  version       text   NOT NULL,
  configuration bigint NOT NULL,
  certificates  bigint NOT NULL,
  joined        bigint NOT NULL,
  seen          bigint NOT NULL,
  dead          boolean NOT NULL     -- its leases are free, its claims are about to be given back
);

CREATE TABLE leases (
  name  text   COLLATE "C" PRIMARY KEY,
  life  text   COLLATE "C" NOT NULL, -- '' while nobody holds it
  fence bigint NOT NULL              -- grows with every holder
);

-- Work that one instance alone may claim, to be found when that instance is gone.
CREATE INDEX work_instance ON work (instance) WHERE instance <> '';

-- Whoever writes to these tables locks this row first.
CREATE TABLE cluster_turn (single bigint PRIMARY KEY CHECK (single = 1));
INSERT INTO cluster_turn VALUES (1);
)sql";

}  // namespace sealgate::store::postgres::schema
