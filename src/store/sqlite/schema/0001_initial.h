#pragma once
// Messages, work, artifacts and certificates. Times are milliseconds since 1970 UTC. Never edit a migration that was
// released: add the next one.

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0001 = R"sql(
CREATE TABLE messages (
  seq          INTEGER PRIMARY KEY,
  id           TEXT    NOT NULL UNIQUE,
  created      INTEGER NOT NULL,
  finished     INTEGER,              -- when the last work on it ended; NULL while there is some
  body_index   INTEGER NOT NULL,
  size         INTEGER NOT NULL,     -- of all parts
  party        TEXT    NOT NULL,     -- copies from the context, for listings
  message_type TEXT    NOT NULL,
  context      BLOB    NOT NULL      -- messaging/context.h
) STRICT;
CREATE INDEX messages_finished ON messages (finished) WHERE finished IS NOT NULL;

CREATE TABLE parts (
  slot         INTEGER PRIMARY KEY,  -- messages.seq * 1024 + the number of the part, from 0
  name         TEXT    NOT NULL,
  content_type TEXT    NOT NULL,
  file_name    TEXT    NOT NULL,
  properties   BLOB    NOT NULL,
  size         INTEGER NOT NULL,
  sha256       BLOB    NOT NULL,
  file         TEXT,                 -- name below bodies/; NULL when the content is in the row
  content      BLOB
) STRICT;
CREATE UNIQUE INDEX parts_file ON parts (file) WHERE file IS NOT NULL;

CREATE TABLE work (
  id             TEXT    NOT NULL PRIMARY KEY,
  message        INTEGER NOT NULL REFERENCES messages (seq),
  kind           TEXT    NOT NULL CHECK (kind IN ('receive', 'route', 'send')),
  state          TEXT    NOT NULL CHECK (state IN ('ready', 'active', 'retrying', 'suspended', 'completed', 'terminated')),
  port           TEXT    NOT NULL,
  attempts       INTEGER NOT NULL DEFAULT 0,
  resumed        INTEGER NOT NULL DEFAULT 0,
  created        INTEGER NOT NULL,
  changed        INTEGER NOT NULL,
  due            INTEGER,            -- ready: since when; retrying: the next attempt; active: the end of the lease
  owner          TEXT    NOT NULL DEFAULT '',
  lease          INTEGER NOT NULL DEFAULT 0,  -- grows with every claim
  failure_code   TEXT,
  failure_text   TEXT,
  failure_remedy TEXT,
  resumable      INTEGER NOT NULL DEFAULT 1,
  CHECK ((due IS NULL) = (state IN ('suspended', 'completed', 'terminated')))
) STRICT, WITHOUT ROWID;
CREATE INDEX work_due ON work (due, port, kind) WHERE due IS NOT NULL;
CREATE INDEX work_message ON work (message);
CREATE INDEX work_suspended ON work (id) WHERE state = 'suspended';

CREATE TABLE receive_keys (
  key      TEXT    NOT NULL PRIMARY KEY,
  messages TEXT    NOT NULL,         -- ids, separated by blanks
  received INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX receive_keys_received ON receive_keys (received);

CREATE TABLE artifacts (
  kind     TEXT    NOT NULL,
  name     TEXT    NOT NULL,
  document TEXT    NOT NULL,         -- YAML
  changed  INTEGER NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE artifact_revision (
  only     INTEGER PRIMARY KEY CHECK (only = 1),
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO artifact_revision VALUES (1, 0);

CREATE TABLE certificates (
  account       TEXT    NOT NULL,    -- "computer" for every store but Personal
  store         TEXT    NOT NULL,
  sha256        BLOB    NOT NULL,
  sha1          BLOB    NOT NULL,
  der           BLOB    NOT NULL,
  wrapped_key   BLOB,                -- encrypted under the account's key; NULL without private key
  friendly_name TEXT    NOT NULL,
  added         INTEGER NOT NULL,
  PRIMARY KEY (account, store, sha256)
) STRICT;
CREATE INDEX certificates_sha1 ON certificates (account, store, sha1);

CREATE TABLE crls (
  sha256 BLOB    NOT NULL PRIMARY KEY,
  der    BLOB    NOT NULL,
  added  INTEGER NOT NULL
) STRICT;

-- Grows with every change of certificates or lists, so that a running gateway can ask cheaply.
CREATE TABLE certificate_revision (
  only     INTEGER PRIMARY KEY CHECK (only = 1),
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO certificate_revision VALUES (1, 0);
CREATE TRIGGER certificates_inserted AFTER INSERT ON certificates BEGIN
  UPDATE certificate_revision SET revision = revision + 1;
END;
CREATE TRIGGER certificates_updated AFTER UPDATE ON certificates BEGIN
  UPDATE certificate_revision SET revision = revision + 1;
END;
CREATE TRIGGER certificates_deleted AFTER DELETE ON certificates BEGIN
  UPDATE certificate_revision SET revision = revision + 1;
END;
CREATE TRIGGER crls_inserted AFTER INSERT ON crls BEGIN
  UPDATE certificate_revision SET revision = revision + 1;
END;
CREATE TRIGGER crls_updated AFTER UPDATE ON crls BEGIN
  UPDATE certificate_revision SET revision = revision + 1;
END;
CREATE TRIGGER crls_deleted AFTER DELETE ON crls BEGIN
  UPDATE certificate_revision SET revision = revision + 1;
END;
)sql";

}  // namespace sealgate::store::schema
