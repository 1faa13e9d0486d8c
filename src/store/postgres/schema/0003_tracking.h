#pragma once
// The sealed tracking log and tracked bodies (store/common/tracking/).

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0003 = R"sql(
CREATE TABLE tracking_seals (
  number   bigint PRIMARY KEY,
  first    bigint NOT NULL,          -- sequence number of its first record
  count    bigint NOT NULL,
  earliest bigint NOT NULL,
  latest   bigint NOT NULL,
  sealed   bigint NOT NULL,
  bytes    bigint NOT NULL,
  previous bytea  NOT NULL,
  hash     bytea  NOT NULL,
  filter   bytea  NOT NULL,
  records  bytea  NOT NULL
);
-- Compressed by us already.
ALTER TABLE tracking_seals ALTER COLUMN records SET STORAGE EXTERNAL;
ALTER TABLE tracking_seals ALTER COLUMN filter SET STORAGE EXTERNAL;

CREATE TABLE tracking_cuts (
  seal    bigint PRIMARY KEY,        -- the last one that was cut off
  last    bigint NOT NULL,           -- sequence number of its last record
  hash    bytea  NOT NULL,
  sealed  bigint NOT NULL,
  cut     bigint NOT NULL,
  archive text   NOT NULL
);

CREATE TABLE tracked_bodies (
  id       text   COLLATE "C" PRIMARY KEY,
  sha256   bytea  NOT NULL,          -- of the content
  size     bigint NOT NULL,
  key      bytea  NOT NULL,          -- of its chunks, wrapped by the tracking key
  stored   bigint NOT NULL,
  used     bigint NOT NULL,          -- sequence number of the last record that mentions it; 0: none so far
  complete bigint NOT NULL
);
CREATE UNIQUE INDEX tracked_bodies_sha256 ON tracked_bodies (sha256) WHERE complete = 1;
CREATE INDEX tracked_bodies_used ON tracked_bodies (used, stored);

CREATE TABLE tracked_chunks (
  body    text   COLLATE "C" NOT NULL,
  number  bigint NOT NULL,           -- from 0
  content bytea  NOT NULL,           -- sealed
  PRIMARY KEY (body, number)
);
ALTER TABLE tracked_chunks ALTER COLUMN content SET STORAGE EXTERNAL;
)sql";

}  // namespace sealgate::store::postgres::schema
