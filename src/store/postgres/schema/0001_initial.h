#pragma once
// Messages, work, artifacts and certificates. Times are milliseconds since 1970 UTC. Texts that come from outside are
// bytea: they need not be UTF-8. Never edit a migration that was released: add the next one.

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0001 = R"sql(
CREATE TABLE messages (
  id           text   COLLATE "C" PRIMARY KEY,
  created      bigint NOT NULL,
  body_index   bigint NOT NULL,
  size         bigint NOT NULL,      -- of all parts
  party        bytea  NOT NULL,      -- copies from the context, for listings
  message_type bytea  NOT NULL,
  context      bytea  NOT NULL       -- messaging/context.h
);

CREATE TABLE parts (
  message      text   COLLATE "C" NOT NULL,
  number       bigint NOT NULL,      -- from 0
  name         bytea  NOT NULL,
  content_type bytea  NOT NULL,
  file_name    bytea  NOT NULL,
  properties   bytea  NOT NULL,
  size         bigint NOT NULL,
  sha256       bytea  NOT NULL,
  body         text   COLLATE "C",   -- chunks.body; NULL when the content is in the row
  content      bytea,
  PRIMARY KEY (message, number)
);
-- Contents are encrypted or compressed already, mostly: trying to compress them costs more than it saves.
ALTER TABLE parts ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE chunks (
  body    text   COLLATE "C" NOT NULL,
  number  bigint NOT NULL,           -- from 0
  content bytea  NOT NULL,
  PRIMARY KEY (body, number)
);
ALTER TABLE chunks ALTER COLUMN content SET STORAGE EXTERNAL;

-- Bodies that no message refers to yet, and the processes that write them. What a process leaves when it dies is
-- removed when it was not seen for a while.
CREATE TABLE staged (
  body   text COLLATE "C" PRIMARY KEY,
  writer text COLLATE "C" NOT NULL
);
CREATE TABLE body_writers (
  id   text   COLLATE "C" PRIMARY KEY,
  seen bigint NOT NULL
);

CREATE SEQUENCE work_position;
CREATE TABLE work (
  id             text    COLLATE "C" PRIMARY KEY,
  message        text    COLLATE "C" NOT NULL,
  kind           text    COLLATE "C" NOT NULL CHECK (kind IN ('receive', 'route', 'send', 'respond')),
  state          text    COLLATE "C" NOT NULL CHECK (state IN ('ready', 'active', 'retrying', 'scheduled', 'suspended',
                                                               'completed', 'terminated')),
  port           text    COLLATE "C" NOT NULL,
  instance       text    COLLATE "C" NOT NULL DEFAULT '',  -- the only one that may claim it; '' is any
  queue          text    COLLATE "C" NOT NULL,  -- kind, instance and port in one
  priority       bigint  NOT NULL DEFAULT 5,
  ordered        boolean NOT NULL DEFAULT false,
  position       bigint,             -- ordered and unfinished: its place in the queue
  attempts       bigint  NOT NULL DEFAULT 0,
  transport      bigint  NOT NULL DEFAULT 0,
  forced         boolean NOT NULL DEFAULT false,
  created        bigint  NOT NULL,
  changed        bigint  NOT NULL,
  rank           bigint,             -- claimable now: its time, corrected by priority. Of an ordered queue only the head
  due            bigint,             -- retrying, scheduled: the next attempt; active: the end of the lease
  finished       bigint,             -- completed, terminated: when; NULL again when purge() saw that others remain
  owner          text    NOT NULL DEFAULT '',
  lease          bigint  NOT NULL DEFAULT 0,  -- grows with every claim
  failure_code   text,
  failure_text   bytea,
  failure_remedy bytea,
  resumable      boolean NOT NULL DEFAULT true,
  seq            bigserial           -- in the order in which it was added
);
CREATE INDEX work_message ON work (message);
CREATE INDEX work_claim ON work (queue, rank, id) WHERE rank IS NOT NULL;
CREATE INDEX work_due ON work (due) WHERE due IS NOT NULL AND rank IS NULL;
CREATE INDEX work_ordered ON work (queue, position) WHERE position IS NOT NULL;
CREATE INDEX work_finished ON work (finished) WHERE finished IS NOT NULL;
CREATE INDEX work_suspended ON work (id) WHERE state = 'suspended';
CREATE INDEX work_suspended_port ON work (port, id) WHERE state = 'suspended';

-- A row for each ordered queue there ever was: who adds to it or finishes something in it locks the row first.
CREATE TABLE ordered_queues (
  queue text COLLATE "C" PRIMARY KEY
);

CREATE TABLE receive_keys (
  key      bytea  PRIMARY KEY,
  messages text   NOT NULL,          -- ids, separated by blanks
  received bigint NOT NULL
);
CREATE INDEX receive_keys_received ON receive_keys (received);

-- The tokens of transactions, for finding out what became of one whose answer was lost (sql/database.h).
CREATE TABLE commits (
  token text   COLLATE "C" PRIMARY KEY,
  at    bigint NOT NULL
);
CREATE INDEX commits_at ON commits (at);

-- What the message box appends to; emptied by the sealer of the tracking log (messaging/tracking.h).
CREATE TABLE tracking (
  seq    bigserial,
  xid    xid8  NOT NULL DEFAULT pg_current_xact_id(),
  record bytea NOT NULL
);

CREATE TABLE artifacts (
  kind     text   COLLATE "C" NOT NULL,
  name     text   COLLATE "C" NOT NULL,
  document text   NOT NULL,          -- YAML
  changed  bigint NOT NULL,
  PRIMARY KEY (kind, name)
);
CREATE TABLE artifact_revision (
  single   bigint PRIMARY KEY CHECK (single = 1),
  revision bigint NOT NULL
);
INSERT INTO artifact_revision VALUES (1, 0);

CREATE TABLE certificates (
  account       text   COLLATE "C" NOT NULL,  -- "computer" for every store but Personal
  store         text   COLLATE "C" NOT NULL,
  sha256        bytea  NOT NULL,
  sha1          bytea  NOT NULL,
  der           bytea  NOT NULL,
  wrapped_key   bytea,               -- encrypted under the account's key; NULL without private key
  friendly_name bytea  NOT NULL,
  added         bigint NOT NULL,
  PRIMARY KEY (account, store, sha256)
);
CREATE INDEX certificates_sha1 ON certificates (account, store, sha1);
CREATE TABLE crls (
  sha256 bytea  PRIMARY KEY,
  der    bytea  NOT NULL,
  added  bigint NOT NULL
);
-- Grows with every change of certificates or lists, so that a running gateway can ask cheaply.
CREATE TABLE certificate_revision (
  single   bigint PRIMARY KEY CHECK (single = 1),
  revision bigint NOT NULL
);
INSERT INTO certificate_revision VALUES (1, 0);

-- Rows of these come and go by the thousand in a second: clean up early, and without pauses.
ALTER TABLE work SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 20000,
                      autovacuum_vacuum_cost_delay = 0);
ALTER TABLE commits SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
                         autovacuum_vacuum_cost_delay = 0);
ALTER TABLE tracking SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
                          autovacuum_vacuum_cost_delay = 0);
)sql";

}  // namespace sealgate::store::postgres::schema
