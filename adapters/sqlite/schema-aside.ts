/**
 * The step that knows the lane 'aside'. SQLite changes no CHECK of a table that is there: both are built anew, with what
 * they hold.
 */
export const asideLane = `
CREATE TABLE new_batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation INTEGER NOT NULL REFERENCES conversation,
  lane TEXT NOT NULL CHECK (lane IN ('turn', 'now', 'aside')),
  attempt INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  retry_at INTEGER NOT NULL,
  owner TEXT REFERENCES owner,
  fence INTEGER UNIQUE,
  draft TEXT,
  error TEXT,
  sum INTEGER NOT NULL
    GENERATED ALWAYS AS (checksum(id, conversation, lane, attempt, failures, retry_at, owner, fence, draft, error)) STORED
) STRICT;
INSERT INTO new_batch (id, conversation, lane, attempt, failures, retry_at, owner, fence, draft, error)
  SELECT id, conversation, lane, attempt, failures, retry_at, owner, fence, draft, error FROM batch;

CREATE TABLE new_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  platform TEXT NOT NULL,
  event TEXT NOT NULL,
  conversation INTEGER NOT NULL REFERENCES conversation,
  lane TEXT NOT NULL CHECK (lane IN ('turn', 'now', 'aside')),
  kind TEXT NOT NULL,
  message TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'settled', 'dead')),
  batch INTEGER REFERENCES new_batch,
  withdrawn INTEGER NOT NULL DEFAULT 0,
  body TEXT,
  changed_at INTEGER NOT NULL,
  sum INTEGER NOT NULL GENERATED ALWAYS AS (checksum(
    id, platform, event, conversation, lane, kind, message, state, batch, withdrawn, body, changed_at)) STORED,
  UNIQUE (platform, event)
) STRICT;
INSERT INTO new_event (id, platform, event, conversation, lane, kind, message, state, batch, withdrawn, body, changed_at)
  SELECT id, platform, event, conversation, lane, kind, message, state, batch, withdrawn, body, changed_at FROM event;

-- No number is given twice.
DELETE FROM sqlite_sequence WHERE name IN ('new_batch', 'new_event');
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'new_' || name, seq FROM sqlite_sequence WHERE name IN ('batch', 'event');
DROP TABLE event;
DROP TABLE batch;
ALTER TABLE new_batch RENAME TO batch;
ALTER TABLE new_event RENAME TO event;

CREATE UNIQUE INDEX batch_one_turn ON batch (conversation) WHERE lane = 'turn';
CREATE INDEX batch_conversation ON batch (conversation);
CREATE INDEX batch_free ON batch (lane, retry_at) WHERE owner IS NULL;
CREATE INDEX batch_owned ON batch (owner) WHERE owner IS NOT NULL;
CREATE INDEX event_message ON event (conversation, message);
CREATE INDEX event_waiting ON event (conversation, lane, id) WHERE state = 'waiting';
CREATE INDEX event_now ON event (lane, id) WHERE state = 'waiting' AND lane <> 'turn';
CREATE INDEX event_batch ON event (batch) WHERE batch IS NOT NULL;
CREATE INDEX event_settled ON event (changed_at) WHERE state = 'settled';
CREATE INDEX event_dead ON event (changed_at) WHERE state = 'dead';
CREATE TRIGGER tally_in AFTER INSERT ON event BEGIN
  UPDATE tally SET events = events + 1 WHERE state = new.state;
END;
CREATE TRIGGER tally_move AFTER UPDATE OF state ON event WHEN old.state <> new.state BEGIN
  UPDATE tally SET events = events + (state = new.state) - (state = old.state) WHERE state IN (new.state, old.state);
END;
CREATE TRIGGER tally_out AFTER DELETE ON event BEGIN
  UPDATE tally SET events = events - 1 WHERE state = old.state;
END;
`
