/**
 * The inbox's schema, forward only. `raw` comes last, so that the other columns are read without walking a large body's
 * overflow pages. `relay` is what the relay still has to do with a row; partial indexes keep each of its questions
 * as cheap as its answer, however many rows are stored.
 */
import type { Migration } from '../database/migrate.js';
import { cycleIdFor, type EventSource } from '../domain/event.js';
import { bodyHashOf, shortHash } from './identity.js';

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

/**
 * Identities as small numbers (identity.ts) instead of unique indexes over long keys; the vendor's time and the
 * priority of each event; a waiting row gets into its lane when the relay next looks, not with its acknowledgement.
 * AUTOINCREMENT: `seq` must never be given out twice, because the relay remembers how far it has looked.
 */
const IDENTITIES = `
CREATE TABLE webhooks_2 (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  tenant TEXT NOT NULL,
  delivery_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  body_sha256 TEXT NOT NULL,
  change_key TEXT,
  delivery_hash INTEGER NOT NULL,
  body_hash INTEGER NOT NULL,
  change_hash INTEGER,
  subject TEXT,
  status TEXT NOT NULL
    CHECK (status IN ('received', 'started', 'processed', 'ignored', 'quarantined', 'dead_letter')),
  reason TEXT,
  -- waiting: for its subject's lane. starting: claimed, Temporal may not have it. folding: the same, answered by coalesced_into.
  relay TEXT CHECK (relay IN ('waiting', 'starting', 'folding')),
  priority INTEGER NOT NULL CHECK (priority IN (1, 2, 3)),
  cycle_id TEXT,
  coalesced_into TEXT,
  -- The cycle that answered a newer event of the subject before this one came; null where this is the newest.
  newer_answered TEXT,
  fence INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  received_at TEXT NOT NULL,
  arrived_ms INTEGER NOT NULL,
  -- By the vendor's clock; null where the vendor does not say.
  occurred_ms INTEGER,
  started_at TEXT,
  processed_at TEXT,
  headers TEXT NOT NULL,
  event TEXT,
  raw BLOB NOT NULL,
  CHECK ((status = 'received') = (relay IS NOT NULL))
) STRICT;
INSERT INTO webhooks_2 (seq, id, source, tenant, delivery_id, event_type, body_sha256, change_key, delivery_hash, body_hash,
    change_hash, subject, status, reason, relay, priority, cycle_id, coalesced_into, fence, attempts, received_at,
    arrived_ms, occurred_ms, started_at, processed_at, headers, event, raw)
  SELECT seq, id, source, tenant, delivery_id, event_type, body_sha256, change_key,
    delivery_hash_of(source || char(10) || delivery_id), body_hash_of(body_sha256),
    CASE WHEN change_key IS NOT NULL THEN change_hash_of(change_key) END,
    subject, status, reason, relay, 2, cycle_id, coalesced_into, fence, attempts, received_at,
    arrived_ms, CAST(unixepoch(event ->> '$.occurredAt', 'subsec') * 1000 AS INTEGER), started_at, processed_at, headers, event, raw
  FROM webhooks ORDER BY seq;
DROP TABLE webhooks;
ALTER TABLE webhooks_2 RENAME TO webhooks;
CREATE INDEX webhooks_delivery ON webhooks (delivery_hash);
CREATE INDEX webhooks_body ON webhooks (body_hash);
CREATE INDEX webhooks_change ON webhooks (change_hash) WHERE change_hash IS NOT NULL;
CREATE INDEX webhooks_coalesced ON webhooks (coalesced_into, ifnull(occurred_ms, arrived_ms), seq)
  WHERE coalesced_into IS NOT NULL;
CREATE INDEX webhooks_by_status ON webhooks (status);
CREATE INDEX webhooks_by_source ON webhooks (source);
CREATE INDEX webhooks_by_subject ON webhooks (subject) WHERE subject IS NOT NULL;
CREATE INDEX webhooks_starting ON webhooks (priority, seq) WHERE relay = 'starting';
CREATE INDEX webhooks_folding ON webhooks (seq) WHERE relay = 'folding';
CREATE INDEX webhooks_noting ON webhooks (seq) WHERE status = 'started' AND coalesced_into IS NOT NULL;

DROP INDEX lanes_settled;
DROP INDEX lanes_overdue;
-- The highest priority among the rows that wait; null for none.
ALTER TABLE lanes ADD COLUMN priority INTEGER CHECK (priority IN (1, 2, 3));
-- The newest event that a completed cycle answered: the vendor's time of it, and that cycle.
ALTER TABLE lanes ADD COLUMN answered_ms INTEGER;
ALTER TABLE lanes ADD COLUMN answered_by TEXT;
UPDATE lanes SET priority = 2 WHERE first_seq IS NOT NULL;
CREATE INDEX lanes_settled ON lanes (priority, newest_ms) WHERE holder IS NULL AND newest_ms IS NOT NULL;
CREATE INDEX lanes_overdue ON lanes (priority, oldest_ms) WHERE holder IS NULL AND oldest_ms IS NOT NULL;

CREATE TABLE relay (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- Rows up to this seq are in their lanes.
  looked_to INTEGER NOT NULL,
  -- The process whose relay works, and until when it is believed to live (epoch milliseconds).
  holder TEXT,
  held_until_ms INTEGER NOT NULL
) STRICT;
INSERT INTO relay (id, looked_to, holder, held_until_ms) SELECT 1, ifnull(max(seq), 0), NULL, 0 FROM webhooks;
`;

/**
 * What the sweep finds comes in beside the webhooks. `sweep_intake` says how far the mirror's finds were taken over
 * (their `seq`).
 */
const SWEEP = `
ALTER TABLE webhooks ADD COLUMN origin TEXT NOT NULL DEFAULT 'webhook' CHECK (origin IN ('webhook', 'reconcile'));
CREATE INDEX webhooks_reconciled ON webhooks (seq) WHERE origin = 'reconcile';
CREATE TABLE sweep_intake (id INTEGER PRIMARY KEY CHECK (id = 1), taken INTEGER NOT NULL) STRICT;
INSERT INTO sweep_intake (id, taken) VALUES (1, 0);
`;

/** Who came in, and what people did that is not an event: a button of an approval card, a decision that did not count. */
const PEOPLE = `
CREATE TABLE sessions (
  -- sha256 of the cookie, and of the token that it was given for ('local' for none).
  sha256 TEXT PRIMARY KEY,
  credential TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE token_uses (
  token_id TEXT PRIMARY KEY,
  used_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE clicks (
  event_id TEXT PRIMARY KEY REFERENCES webhooks (id) ON DELETE CASCADE,
  click TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done')),
  attempts INTEGER NOT NULL DEFAULT 0,
  -- When it may be tried again, epoch milliseconds.
  next_ms INTEGER NOT NULL,
  result TEXT,
  settled_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX clicks_pending ON clicks (next_ms) WHERE status = 'pending';
-- Taken over into the audit log by the worker, which owns that.
CREATE TABLE refused_decisions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL,
  cycle_id TEXT,
  approval_id TEXT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  channel TEXT NOT NULL,
  what TEXT NOT NULL,
  code TEXT NOT NULL,
  why TEXT NOT NULL
) STRICT;
`;

/**
 * What is forgotten, and what must be known of it; and all that the API tells the audit log in one table. Entries are
 * known by kind and id, so that a worker that reads these notes from the beginning makes none twice.
 */
const FORGETTING = `
CREATE TABLE audit_notes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL,
  cycle_id TEXT,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
INSERT INTO audit_notes (seq, id, at, cycle_id, kind, actor, data)
  SELECT seq, id, at, cycle_id, 'decision.refused', channel || ':' || by_id,
    json_object('approvalId', approval_id, 'by', by_id, 'byName', by_name, 'what', what, 'code', code, 'why', why)
  FROM refused_decisions ORDER BY seq;
DROP TABLE refused_decisions;
CREATE INDEX decisions_settled ON decisions (settled_at) WHERE settled_at IS NOT NULL;

-- When the newest of the deliveries that were deleted had arrived: what happened until then may have been answered.
CREATE TABLE forgotten (id INTEGER PRIMARY KEY CHECK (id = 1), arrived_ms INTEGER NOT NULL) STRICT;
INSERT INTO forgotten (id, arrived_ms) VALUES (1, 0);
-- The numbers of their bodies, where those do not say when it happened.
CREATE TABLE forgotten_bodies (body_hash INTEGER PRIMARY KEY) STRICT;
`;

/** Each time the databases were brought back from a backup; the floor of fences that follows from it. */
const RESTORES = `
CREATE TABLE restores (
  id INTEGER PRIMARY KEY,
  restored_at TEXT NOT NULL,
  taken_at TEXT NOT NULL,
  fence_floor INTEGER NOT NULL,
  settled_at TEXT
) STRICT;
`;

/** At most one row: the pause that holds. Who paused and resumed when stands in the audit log. */
const PAUSES = `
CREATE TABLE pauses (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  since TEXT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  reason TEXT
) STRICT;
`;

export const INBOX_MIGRATIONS: readonly Migration[] = [
  { id: 1, name: 'webhooks, lanes, decisions', sql: WEBHOOKS + LANES + DECISIONS + SMALL_TABLES },
  {
    id: 2,
    name: 'identities as numbers',
    sql: IDENTITIES,
    functions: {
      delivery_hash_of: deliveryHashOf,
      body_hash_of: bodyHashOf,
      change_hash_of: shortHash,
    },
  },
  { id: 4, name: 'what the sweep finds', sql: SWEEP },
  { id: 5, name: 'sessions, clicks, refused decisions', sql: PEOPLE },
  { id: 6, name: 'audit notes, what is forgotten', sql: FORGETTING },
  { id: 7, name: 'restores from a backup', sql: RESTORES },
  { id: 8, name: 'the pause that holds', sql: PAUSES },
];

/** `text`: the source, a line break, the delivery id. */
function deliveryHashOf(text: string): number {
  const at = text.indexOf('\n');
  return shortHash(cycleIdFor(text.slice(0, at) as EventSource, text.slice(at + 1)));
}
