import { asideLane } from './schema-aside.ts'

/** The tables, as the steps that build them. A released step never changes; a new one is added at the end. */
export const steps: readonly string[] = [
  `
CREATE TABLE conversation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  platform TEXT NOT NULL,
  workspace TEXT NOT NULL,
  channel TEXT NOT NULL,
  thread TEXT NOT NULL,
  head INTEGER, -- the oldest waiting event of the turn lane
  busy INTEGER NOT NULL DEFAULT 0, -- 1 while a batch of the turn lane lives
  sum INTEGER NOT NULL GENERATED ALWAYS AS (checksum(id, platform, workspace, channel, thread, head, busy)) STORED,
  UNIQUE (platform, workspace, channel, thread)
) STRICT;
CREATE INDEX conversation_ready ON conversation (head) WHERE busy = 0 AND head IS NOT NULL;

CREATE TABLE owner ( -- a running process that may hold leases
  id TEXT PRIMARY KEY,
  machine TEXT NOT NULL,
  space TEXT NOT NULL,
  pid INTEGER NOT NULL,
  started TEXT NOT NULL,
  beat INTEGER NOT NULL, -- grows while the process works; standing still, it is dead
  seen_at INTEGER NOT NULL
) STRICT;

CREATE TABLE batch ( -- events tried together until they are settled or given up
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation INTEGER NOT NULL REFERENCES conversation,
  lane TEXT NOT NULL CHECK (lane IN ('turn', 'now')),
  attempt INTEGER NOT NULL, -- tries begun
  failures INTEGER NOT NULL DEFAULT 0, -- tries that a live process reported as failed
  retry_at INTEGER NOT NULL,
  owner TEXT REFERENCES owner, -- the lease; null = to be claimed from retry_at on
  fence INTEGER UNIQUE, -- null until the first lease
  draft TEXT,
  error TEXT,
  sum INTEGER NOT NULL
    GENERATED ALWAYS AS (checksum(id, conversation, lane, attempt, failures, retry_at, owner, fence, draft, error)) STORED
) STRICT;
CREATE UNIQUE INDEX batch_one_turn ON batch (conversation) WHERE lane = 'turn';
CREATE INDEX batch_conversation ON batch (conversation);
CREATE INDEX batch_free ON batch (lane, retry_at) WHERE owner IS NULL;
CREATE INDEX batch_owned ON batch (owner) WHERE owner IS NOT NULL;

CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of admission
  platform TEXT NOT NULL,
  event TEXT NOT NULL,
  conversation INTEGER NOT NULL REFERENCES conversation,
  lane TEXT NOT NULL CHECK (lane IN ('turn', 'now')),
  kind TEXT NOT NULL,
  message TEXT, -- the message it is or changes
  state TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'settled', 'dead')),
  batch INTEGER REFERENCES batch,
  withdrawn INTEGER NOT NULL DEFAULT 0,
  body TEXT, -- emptied when settled: the row stays for telling duplicates
  changed_at INTEGER NOT NULL,
  sum INTEGER NOT NULL GENERATED ALWAYS AS (checksum(
    id, platform, event, conversation, lane, kind, message, state, batch, withdrawn, body, changed_at)) STORED,
  UNIQUE (platform, event)
) STRICT;
CREATE INDEX event_message ON event (conversation, message);
CREATE INDEX event_waiting ON event (conversation, lane, id) WHERE state = 'waiting';
CREATE INDEX event_now ON event (id) WHERE state = 'waiting' AND lane = 'now';
CREATE INDEX event_batch ON event (batch) WHERE batch IS NOT NULL;
CREATE INDEX event_settled ON event (changed_at) WHERE state = 'settled';
CREATE INDEX event_dead ON event (changed_at) WHERE state = 'dead';

CREATE TABLE tally (state TEXT PRIMARY KEY, events INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO tally VALUES ('waiting', 0), ('claimed', 0), ('settled', 0), ('dead', 0);
CREATE TRIGGER tally_in AFTER INSERT ON event BEGIN
  UPDATE tally SET events = events + 1 WHERE state = new.state;
END;
CREATE TRIGGER tally_move AFTER UPDATE OF state ON event WHEN old.state <> new.state BEGIN
  UPDATE tally SET events = events + (state = new.state) - (state = old.state) WHERE state IN (new.state, old.state);
END;
CREATE TRIGGER tally_out AFTER DELETE ON event BEGIN
  UPDATE tally SET events = events - 1 WHERE state = old.state;
END;

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL,
  sum INTEGER NOT NULL GENERATED ALWAYS AS (checksum(name, value)) STORED
) STRICT;
INSERT INTO counter (name, value) VALUES ('fence', 0), ('probe', 0);

CREATE TABLE kv (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  expires_at INTEGER,
  sum INTEGER NOT NULL GENERATED ALWAYS AS (checksum(key, value, expires_at)) STORED
) STRICT;
CREATE INDEX kv_expires ON kv (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE reservation (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  platform TEXT NOT NULL,
  workspace TEXT NOT NULL,
  channel TEXT NOT NULL,
  person TEXT NOT NULL,
  sum INTEGER NOT NULL
    GENERATED ALWAYS AS (checksum(id, at, expires_at, amount, platform, workspace, channel, person)) STORED
) STRICT;
CREATE INDEX reservation_expires ON reservation (expires_at);

CREATE TABLE charge (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  platform TEXT NOT NULL,
  workspace TEXT NOT NULL,
  channel TEXT NOT NULL,
  person TEXT NOT NULL,
  model TEXT NOT NULL,
  purpose TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  cached_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  sum INTEGER NOT NULL GENERATED ALWAYS AS (checksum(id, at, amount, platform, workspace, channel, person,
    model, purpose, input_tokens, cached_tokens, output_tokens)) STORED
) STRICT;
CREATE INDEX charge_at ON charge (at);

CREATE TABLE spending ( -- charges summed by UTC day, so that asking for a month reads no history
  day INTEGER NOT NULL,
  platform TEXT NOT NULL,
  workspace TEXT NOT NULL,
  person TEXT NOT NULL,
  channel TEXT NOT NULL,
  amount INTEGER NOT NULL,
  sum INTEGER NOT NULL GENERATED ALWAYS AS (checksum(day, platform, workspace, person, channel, amount)) STORED,
  PRIMARY KEY (day, platform, workspace, person, channel)
) STRICT, WITHOUT ROWID;
`,
  asideLane,
]
