#pragma once
// Work that is claimed from an index of what is ready, ordered queues, priorities, the tracking log.
//
// A message and its first part are one row, which never changes. Everything that changes is in `work`.

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0002 = R"sql(
CREATE TABLE new_messages (
  seq          INTEGER PRIMARY KEY,  -- the order of acceptance
  id           TEXT    NOT NULL,
  created      INTEGER NOT NULL,
  body_index   INTEGER NOT NULL,
  size         INTEGER NOT NULL,     -- of all parts
  parts        INTEGER NOT NULL,     -- how many: the first one is here, the others are in table parts
  party        TEXT    NOT NULL,     -- copies from the context, for listings
  message_type TEXT    NOT NULL,
  context      BLOB    NOT NULL,     -- messaging/context.h
  name         TEXT,                 -- the first part, as in table parts; NULL when there is none
  content_type TEXT,
  file_name    TEXT,
  properties   BLOB,
  part_size    INTEGER,
  sha256       BLOB,
  file         TEXT,
  content      BLOB
) STRICT;
INSERT INTO new_messages
  SELECT m.seq, m.id, m.created, m.body_index, m.size,
         (SELECT count(*) FROM parts q WHERE q.slot >= m.seq * 1024 AND q.slot < (m.seq + 1) * 1024),
         m.party, m.message_type, m.context,
         p.name, p.content_type, p.file_name, p.properties, p.size, p.sha256, p.file, p.content
  FROM messages m LEFT JOIN parts p ON p.slot = m.seq * 1024;
DELETE FROM parts WHERE slot % 1024 = 0;

CREATE TABLE new_work (
  slot           INTEGER PRIMARY KEY,  -- messages.seq * 2^20 + a number from 0 within the message
  id             TEXT    NOT NULL,
  kind           TEXT    NOT NULL,     -- messaging/state.h
  state          TEXT    NOT NULL CHECK (state IN ('ready', 'active', 'retrying', 'scheduled', 'suspended', 'completed',
                                                   'terminated')),
  port           TEXT    NOT NULL,
  instance       TEXT    NOT NULL,     -- who alone may claim it; '': anybody
  priority       INTEGER NOT NULL,
  ordered        INTEGER NOT NULL,
  transport      INTEGER NOT NULL,
  attempts       INTEGER NOT NULL,
  forced         INTEGER NOT NULL,
  created        INTEGER NOT NULL,
  changed        INTEGER NOT NULL,
  rank           INTEGER,              -- set exactly while it can be claimed: its time corrected by its priority
  due            INTEGER,              -- set exactly while a timer runs: retrying, scheduled, end of the lease
  place          INTEGER,              -- set while unfinished in the ordered queue of (kind, port)
  finished       INTEGER,              -- on the last work of a message that ended: when. NULL while there is some
  owner          TEXT    NOT NULL,
  lease          INTEGER NOT NULL,     -- grows with every claim
  failure_code   TEXT,
  failure_text   TEXT,
  failure_remedy TEXT,
  resumable      INTEGER NOT NULL,
  CHECK (rank IS NULL OR state = 'ready'),
  CHECK ((due IS NULL) = (state NOT IN ('active', 'retrying', 'scheduled')))
) STRICT;
INSERT INTO new_work
  SELECT message * 1048576 + row_number() OVER (PARTITION BY message ORDER BY id) - 1,
         id, kind, state, port, '', 5, 0, 0, attempts, resumed, created, changed,
         CASE WHEN state = 'ready' THEN due END, CASE WHEN state IN ('active', 'retrying') THEN due END, NULL, NULL,
         owner, lease, failure_code, failure_text, failure_remedy, resumable
  FROM work;
UPDATE new_work SET finished = (SELECT m.finished FROM messages m WHERE m.seq = slot / 1048576)
  WHERE slot % 1048576 = 0;

DROP TABLE work;
DROP TABLE messages;
ALTER TABLE new_messages RENAME TO messages;
ALTER TABLE new_work RENAME TO work;
CREATE UNIQUE INDEX messages_id ON messages (id);
CREATE UNIQUE INDEX messages_file ON messages (file) WHERE file IS NOT NULL;
CREATE UNIQUE INDEX work_id ON work (id);
CREATE INDEX work_ready ON work (port, kind, instance, rank) WHERE rank IS NOT NULL;
CREATE INDEX work_due ON work (due) WHERE due IS NOT NULL;
CREATE UNIQUE INDEX work_queue ON work (kind, port, place) WHERE place IS NOT NULL;
CREATE INDEX work_finished ON work (finished) WHERE finished IS NOT NULL;
CREATE INDEX work_suspended ON work (id) WHERE state = 'suspended';
CREATE INDEX work_held ON work (port, kind, failure_code) WHERE state = 'suspended';
CREATE INDEX work_waiting ON work (id) WHERE state IN ('retrying', 'scheduled');

-- How much work there is in each state, changed with the work.
CREATE TABLE work_counts (
  only       INTEGER PRIMARY KEY CHECK (only = 1),
  ready      INTEGER NOT NULL,
  active     INTEGER NOT NULL,
  retrying   INTEGER NOT NULL,
  scheduled  INTEGER NOT NULL,
  suspended  INTEGER NOT NULL,
  completed  INTEGER NOT NULL,
  terminated INTEGER NOT NULL
) STRICT;
INSERT INTO work_counts
  SELECT 1, count(*) FILTER (WHERE state = 'ready'), count(*) FILTER (WHERE state = 'active'),
         count(*) FILTER (WHERE state = 'retrying'), count(*) FILTER (WHERE state = 'scheduled'),
         count(*) FILTER (WHERE state = 'suspended'), count(*) FILTER (WHERE state = 'completed'),
         count(*) FILTER (WHERE state = 'terminated')
  FROM work;

-- What happened, until the sealer takes it (messaging/tracking.h).
CREATE TABLE tracking (
  seq    INTEGER PRIMARY KEY,
  record BLOB NOT NULL
) STRICT;
)sql";

}  // namespace sealgate::store::schema
