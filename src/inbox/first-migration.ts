/**
 * The tables that the inbox began with. `raw` comes last, so that the other columns are read without walking a large
 * body's overflow pages. `relay` is what the relay still has to do with a row; partial indexes keep each of its questions
 * as cheap as its answer, however many rows are stored.
 */

const WEBHOOKS = `
CREATE TABLE webhooks (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  tenant TEXT NOT NULL,
  delivery_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  body_sha256 TEXT NOT NULL,
  change_key TEXT,
  subject TEXT,
  status TEXT NOT NULL
    CHECK (status IN ('received', 'started', 'processed', 'ignored', 'quarantined', 'dead_letter')),
  reason TEXT,
  -- waiting: for its subject's lane. starting: claimed, Temporal may not have it. folding: the same, answered by coalesced_into.
  relay TEXT CHECK (relay IN ('waiting', 'starting', 'folding')),
  cycle_id TEXT,
  coalesced_into TEXT,
  fence INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  received_at TEXT NOT NULL,
  arrived_ms INTEGER NOT NULL,
  started_at TEXT,
  processed_at TEXT,
  headers TEXT NOT NULL,
  event TEXT,
  raw BLOB NOT NULL,
  UNIQUE (source, tenant, delivery_id),
  -- In this order it also finds one body under every type.
  UNIQUE (source, body_sha256, event_type),
  CHECK ((status = 'received') = (relay IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX webhooks_change_key ON webhooks (change_key) WHERE change_key IS NOT NULL;
CREATE UNIQUE INDEX webhooks_cycle ON webhooks (cycle_id) WHERE cycle_id IS NOT NULL;
CREATE INDEX webhooks_coalesced ON webhooks (coalesced_into) WHERE coalesced_into IS NOT NULL;
CREATE INDEX webhooks_by_status ON webhooks (status);
CREATE INDEX webhooks_by_source ON webhooks (source);
CREATE INDEX webhooks_by_subject ON webhooks (subject) WHERE subject IS NOT NULL;
CREATE INDEX webhooks_starting ON webhooks (seq) WHERE relay = 'starting';
CREATE INDEX webhooks_folding ON webhooks (seq) WHERE relay = 'folding';
`;

/** A lane's row stays when the lane is free: its fence must never go back. */
const LANES = `
CREATE TABLE lanes (
  subject TEXT PRIMARY KEY,
  holder TEXT,
  fence INTEGER NOT NULL DEFAULT 0,
  -- When the state last changed, epoch milliseconds.
  since INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('free', 'held')),
  -- Of the rows that wait for this lane: the first one's seq, first and last arrival; null for none.
  first_seq INTEGER,
  oldest_ms INTEGER,
  newest_ms INTEGER,
  CHECK ((holder IS NULL) = (state = 'free'))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX lanes_holder ON lanes (holder) WHERE holder IS NOT NULL;
CREATE INDEX lanes_settled ON lanes (newest_ms) WHERE holder IS NULL AND newest_ms IS NOT NULL;
CREATE INDEX lanes_overdue ON lanes (oldest_ms) WHERE holder IS NULL AND oldest_ms IS NOT NULL;
`;

const DECISIONS = `
CREATE TABLE decisions (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  cycle_id TEXT NOT NULL,
  approval_id TEXT NOT NULL,
  input TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'applied', 'refused')),
  detail TEXT,
  created_at TEXT NOT NULL,
  settled_at TEXT
) STRICT;
CREATE INDEX decisions_pending ON decisions (seq) WHERE status = 'pending';
`;

const SMALL_TABLES = `
CREATE TABLE issue_keys (
  tenant TEXT NOT NULL,
  issue_id TEXT NOT NULL,
  issue_key TEXT NOT NULL,
  PRIMARY KEY (tenant, issue_id)
) STRICT, WITHOUT ROWID;
-- Written and removed again by the readiness check.
CREATE TABLE probe (id INTEGER PRIMARY KEY, padding BLOB NOT NULL) STRICT;
`;

export const FIRST_TABLES = WEBHOOKS + LANES + DECISIONS + SMALL_TABLES;
