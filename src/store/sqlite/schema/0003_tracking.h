#pragma once
// The sealed tracking log and tracked bodies (store/common/tracking/).

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0003 = R"sql(
CREATE TABLE tracking_seals (
  number   INTEGER PRIMARY KEY,
  first    INTEGER NOT NULL,     -- sequence number of its first record
  count    INTEGER NOT NULL,
  earliest INTEGER NOT NULL,
  latest   INTEGER NOT NULL,
  sealed   INTEGER NOT NULL,
  bytes    INTEGER NOT NULL,
  previous BLOB    NOT NULL,
  hash     BLOB    NOT NULL,
  filter   BLOB    NOT NULL,
  records  BLOB    NOT NULL
) STRICT;

CREATE TABLE tracking_cuts (
  seal    INTEGER PRIMARY KEY,   -- the last one that was cut off
  last    INTEGER NOT NULL,      -- sequence number of its last record
  hash    BLOB    NOT NULL,
  sealed  INTEGER NOT NULL,
  cut     INTEGER NOT NULL,
  archive TEXT    NOT NULL
) STRICT;

CREATE TABLE tracked_bodies (
  id       TEXT    PRIMARY KEY,
  sha256   BLOB    NOT NULL,     -- of the content
  size     INTEGER NOT NULL,
  key      BLOB    NOT NULL,     -- of its chunks, wrapped by the tracking key
  stored   INTEGER NOT NULL,
  used     INTEGER NOT NULL,     -- sequence number of the last record that mentions it; 0: none so far
  complete INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tracked_bodies_sha256 ON tracked_bodies (sha256) WHERE complete = 1;
CREATE INDEX tracked_bodies_used ON tracked_bodies (used, stored);

CREATE TABLE tracked_chunks (
  body    TEXT    NOT NULL,
  number  INTEGER NOT NULL,      -- from 0
  content BLOB    NOT NULL,      -- sealed
  UNIQUE (body, number)
) STRICT;
)sql";

}  // namespace sealgate::store::schema
