#pragma once
// The same checks of a work item's state, comparison by comparison: for a list of more than two SQLite builds a table
// (with a cache and a page of its own) each time that a row is written, twice for each change of work. A check can
// only be changed with its table.

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0014 = R"sql(
CREATE TABLE new_work (
  slot           INTEGER PRIMARY KEY,  -- messages.seq * 2^20 + a number from 0 within the message
  id             TEXT    NOT NULL,
  kind           TEXT    NOT NULL,     -- messaging/state.h
  state          TEXT    NOT NULL,
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
  CHECK (state = 'ready' OR state = 'active' OR state = 'completed' OR state = 'suspended' OR state = 'retrying' OR
         state = 'scheduled' OR state = 'terminated'),
  CHECK (rank IS NULL OR state = 'ready'),
  CHECK ((due IS NULL) = (state <> 'active' AND state <> 'retrying' AND state <> 'scheduled'))
) STRICT;
INSERT INTO new_work SELECT slot, id, kind, state, port, instance, priority, ordered, transport, attempts, forced,
                            created, changed, rank, due, place, finished, owner, lease, failure_code, failure_text,
                            failure_remedy, resumable
  FROM work;
DROP TABLE work;
ALTER TABLE new_work RENAME TO work;
CREATE UNIQUE INDEX work_id ON work (id);
CREATE INDEX work_ready ON work (port, kind, instance, rank) WHERE rank IS NOT NULL;
CREATE INDEX work_due ON work (due) WHERE due IS NOT NULL;
CREATE UNIQUE INDEX work_queue ON work (kind, port, place) WHERE place IS NOT NULL;
CREATE INDEX work_finished ON work (finished) WHERE finished IS NOT NULL;
CREATE INDEX work_suspended ON work (id) WHERE state = 'suspended';
CREATE INDEX work_held ON work (port, kind, failure_code) WHERE state = 'suspended';
CREATE INDEX work_waiting ON work (id) WHERE state IN ('retrying', 'scheduled');
CREATE INDEX work_instance ON work (instance) WHERE instance <> '';
)sql";

}  // namespace sealgate::store::schema
