/** The inbox's schema, forward only. A shipped entry never changes; a change is a new entry. */
import type { Migration } from '../database/migrate.js';
import { FIRST_TABLES } from './first-migration.js';
import { IDENTITIES, IDENTITY_FUNCTIONS } from './identities-migration.js';
import { PEOPLE } from './people-migration.js';
import { REFUSALS } from './refusals-migration.js';

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
  { id: 1, name: 'webhooks, lanes, decisions', sql: FIRST_TABLES },
  { id: 2, name: 'identities as numbers', sql: IDENTITIES, functions: IDENTITY_FUNCTIONS },
  { id: 4, name: 'what the sweep finds', sql: SWEEP },
  { id: 5, name: 'sessions, clicks, refused decisions', sql: PEOPLE },
  { id: 6, name: 'audit notes, what is forgotten', sql: FORGETTING },
  { id: 7, name: 'restores from a backup', sql: RESTORES },
  { id: 8, name: 'the pause that holds', sql: PAUSES },
  { id: 9, name: 'refusals of one hour', sql: REFUSALS },
];
