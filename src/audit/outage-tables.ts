/** What vendors made wait, where one of them fails, and who is told of it. */
import type { Generated } from 'kysely';

export const OUTAGES = `
-- How often a vendor made something wait: such a try does not count against the work.
CREATE TABLE vendor_waits (
  -- An action's id, or \`<cycle>/gather\`.
  key TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Of each vendor the latest outage; over where \`closed_at\` is set.
CREATE TABLE circuits (
  target TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('auth', 'forbidden', 'away')),
  message TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  closed_at TEXT,
  alerted_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What people are told of an outage.
CREATE TABLE alerts (
  -- Also the marker in the message's metadata.
  id TEXT PRIMARY KEY,
  target TEXT NOT NULL,
  -- A channel, or a user.
  place TEXT NOT NULL,
  text TEXT NOT NULL,
  wished_at TEXT NOT NULL,
  -- When the post was about to leave; null where none can be in work.
  sent_at TEXT,
  -- When it was told, or why not any more.
  told_at TEXT,
  ended TEXT
) STRICT;
CREATE INDEX alerts_due ON alerts (wished_at) WHERE told_at IS NULL AND ended IS NULL;
`;

/** What vendors asked to be left alone, for every worker and for the one after it. */
export const PAUSES = `
CREATE TABLE vendor_pauses (
  target TEXT NOT NULL,
  -- \`everything\`, an endpoint, or one thing that is written.
  key TEXT NOT NULL,
  noted_at TEXT NOT NULL,
  until TEXT NOT NULL,
  -- In a row.
  refusals INTEGER NOT NULL,
  PRIMARY KEY (target, key)
) STRICT, WITHOUT ROWID;
`;

/** How often each alert could not be told, and when the next try is: one that cannot be told waits for itself alone. */
export const ALERT_TRIES = `
ALTER TABLE alerts ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
-- Null: at once.
ALTER TABLE alerts ADD COLUMN next_at TEXT;
`;

/** What went without a person can be taken back where it is told, and is told anew then. */
export const ANNOUNCEMENTS = `
-- What its button takes back; null: it has none.
ALTER TABLE alerts ADD COLUMN action_id TEXT;
-- Where it stands in its place; null also for what was told before it was kept.
ALTER TABLE alerts ADD COLUMN ts TEXT;
-- JSON \`TakenBack\`; null while nobody took it back.
ALTER TABLE alerts ADD COLUMN taken_back TEXT;
`;

export interface VendorWaitsTable {
  /** An action's id, or `<cycle>/<step>`. */
  key: string;
  count: number;
}

export interface VendorPausesTable {
  target: string;
  key: string;
  noted_at: string;
  until: string;
  refusals: number;
}

/** Of each vendor the latest outage. */
export interface CircuitsTable {
  target: string;
  kind: 'auth' | 'forbidden' | 'away';
  message: string;
  opened_at: string;
  /** Null while calls are held back. */
  closed_at: string | null;
  alerted_at: string;
}

/** What people are told of an outage, of a lost level of autonomy, and of what went without a person. */
export interface AlertsTable {
  /** Also the marker in the message's metadata. */
  id: string;
  /** A vendor, or `autonomy`. */
  target: string;
  /** A channel, or a user. */
  place: string;
  text: string;
  wished_at: string;
  /** When the post was about to leave; null where none can be in work. */
  sent_at: string | null;
  told_at: string | null;
  /** Why nothing more is done about it; null while something may be. */
  ended: string | null;
  /** That failed. */
  attempts: Generated<number>;
  /** When it is tried next; null: at once. */
  next_at: string | null;
  /** What its button takes back; null: it has none. */
  action_id: Generated<string | null>;
  /** Where it stands in its place; null also for what was told before it was kept. */
  ts: Generated<string | null>;
  /** JSON `TakenBack`; null while nobody took it back. */
  taken_back: Generated<string | null>;
}
