import type { Migration } from '../database/migrate.js';
import { cycleIdFor, type EventSource } from '../domain/event.js';
import { bodyHashOf, shortHash } from './identity.js';

/**
 * Identities as small numbers (identity.ts) instead of unique indexes over long keys; the vendor's time and the
 * priority of each event; a waiting row gets into its lane when the relay next looks, not with its acknowledgement.
 * AUTOINCREMENT: `seq` must never be given out twice, because the relay remembers how far it has looked.
 */
export const IDENTITIES = `
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

/** What the rows that are there already get their numbers by. */
export const IDENTITY_FUNCTIONS: NonNullable<Migration['functions']> = {
  delivery_hash_of: deliveryHashOf,
  body_hash_of: bodyHashOf,
  change_hash_of: shortHash,
};

/** `text`: the source, a line break, the delivery id. */
function deliveryHashOf(text: string): number {
  const at = text.indexOf('\n');
  return shortHash(cycleIdFor(text.slice(0, at) as EventSource, text.slice(at + 1)));
}
