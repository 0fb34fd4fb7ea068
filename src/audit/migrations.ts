/** The mirror's schema, forward only. A shipped entry never changes; a change is a new entry. */
import type { Migration } from '../database/migrate.js';
import { JUDGED, PARTS, TAKEN_OUT, UNDOS } from './action-migrations.js';
import { AUTONOMY } from './autonomy-migration.js';
import { CALLS_UNDER_WAY } from './calls-under-way-table.js';
import { DECLINED } from './declined-table.js';
import { DRILLS } from './drill-migration.js';
import { FIRST_TABLES } from './first-migration.js';
import { LESSONS } from './lessons-migration.js';
import { ESTIMATES } from './model-call-table.js';
import { ALERT_TRIES, ANNOUNCEMENTS, OUTAGES, PAUSES } from './outage-tables.js';
import { COURSES, QUIET_HOURS, REQUESTS, SHOWINGS } from './request-migration.js';
import { SHADOW } from './shadow-migration.js';
import { TRIALS } from './trial-tables.js';
import { UNANALYSED } from './unanalysed-migration.js';
import { UNKNOWN } from './unknown-migration.js';

/**
 * What the sweep found and the inbox takes over, and how far each scope was read. `seq` is the time in microseconds and
 * grows: a mirror that was restored or made anew never numbers below what the inbox took already.
 */
const SWEEP = `
CREATE TABLE sweep_finds (
  seq INTEGER PRIMARY KEY,
  found_at TEXT NOT NULL,
  source TEXT NOT NULL,
  tenant TEXT NOT NULL,
  change_key TEXT NOT NULL UNIQUE,
  event TEXT NOT NULL,
  actor_ids TEXT NOT NULL
) STRICT;
CREATE TABLE sweep_marks (
  scope TEXT PRIMARY KEY,
  -- Read to its end up to here, by a run that looked back to there.
  watermark TEXT NOT NULL,
  reached_back_to TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

/** What was sent before there were limits counts too: an update in the middle of a loop does not start it anew. */
const NOISE = `
-- One row for each thing that an effect counts against, written right before it leaves.
CREATE TABLE counted_effects (
  scope TEXT NOT NULL,
  at TEXT NOT NULL,
  action_id TEXT NOT NULL REFERENCES actions (id),
  PRIMARY KEY (scope, at, action_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX counted_effects_by_action ON counted_effects (action_id);
INSERT INTO counted_effects
  SELECT 'subject:' || target, last_intent_at, id FROM actions WHERE last_intent_at IS NOT NULL
  UNION
  SELECT 'subject:' || cycles.subject, last_intent_at, actions.id FROM actions JOIN cycles ON cycles.id = cycle_id
  WHERE last_intent_at IS NOT NULL;

CREATE TABLE breakers (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  cycle_id TEXT NOT NULL REFERENCES cycles (id),
  escalation TEXT NOT NULL
) STRICT;
CREATE INDEX breakers_by_scope ON breakers (scope, opened_at);

CREATE TABLE mute_commands (
  seq INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  command TEXT NOT NULL CHECK (command IN ('mute', 'unmute')),
  said_in TEXT NOT NULL,
  said_at TEXT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('obeyed', 'unchanged', 'overtaken')),
  event_id TEXT NOT NULL,
  cycle_id TEXT NOT NULL REFERENCES cycles (id),
  recorded_at TEXT NOT NULL,
  UNIQUE (subject, said_in)
) STRICT;
CREATE INDEX mute_commands_latest ON mute_commands (subject, said_at, seq);
`;

/**
 * A card is what an approval shows in Slack, a reply what is added to its thread. `wanted` counts what should be told,
 * `shown` what was: a card that is behind is due.
 */
const CARDS = `
ALTER TABLE cycles ADD COLUMN team TEXT;

CREATE TABLE approval_cards (
  -- Also the marker in the message's metadata.
  id TEXT PRIMARY KEY,
  approval_id TEXT NOT NULL REFERENCES approvals (id),
  kind TEXT NOT NULL CHECK (kind IN ('card', 'words', 'decided', 'effect')),
  -- Of a reply: the card in whose thread it belongs.
  card_id TEXT REFERENCES approval_cards (id),
  -- A channel, or a user who gets a direct message.
  place TEXT NOT NULL,
  channel TEXT,
  ts TEXT,
  wanted INTEGER NOT NULL DEFAULT 1,
  shown INTEGER NOT NULL DEFAULT 0,
  -- When the first post was about to leave; null where none can still be in work.
  sent_at TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at TEXT NOT NULL,
  error TEXT,
  -- Why nothing more is done about it; null while something may be.
  ended TEXT,
  created_at TEXT NOT NULL,
  CHECK ((kind = 'card') = (card_id IS NULL))
) STRICT;
CREATE INDEX approval_cards_by_approval ON approval_cards (approval_id);
CREATE INDEX approval_cards_due ON approval_cards (next_at) WHERE shown < wanted AND ended IS NULL;

-- How far the rows of another process's database were taken over.
CREATE TABLE taken_over (
  source TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

/** Each time the databases were brought back from a backup, and the key with which effects are marked at the vendors. */
const RESTORES = `
CREATE TABLE restores (
  id INTEGER PRIMARY KEY,
  restored_at TEXT NOT NULL,
  taken_at TEXT NOT NULL,
  fence_floor INTEGER NOT NULL,
  -- When the first sweep after it was planned.
  swept_at TEXT,
  -- When what Temporal still knows of cycles that ended meanwhile was taken over.
  refilled_at TEXT
) STRICT;
CREATE TABLE installation (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  mark_key TEXT NOT NULL
) STRICT;
INSERT INTO installation (id, mark_key) VALUES (1, lower(hex(randomblob(32))));
`;

/** What a day cost is asked before each call of the model. */
const SPENDING = `
CREATE INDEX llm_calls_by_start ON llm_calls (started_at);
`;

export const MIRROR_MIGRATIONS: readonly Migration[] = [
  { id: 1, name: 'mirror', sql: FIRST_TABLES },
  { id: 2, name: 'what the sweep finds', sql: SWEEP },
  { id: 3, name: 'limits, breakers, mutes', sql: NOISE },
  { id: 4, name: 'approval cards, teams, refused decisions taken over', sql: CARDS },
  { id: 5, name: 'restores from a backup', sql: RESTORES },
  { id: 6, name: 'waits for vendors, outages, alerts', sql: OUTAGES },
  { id: 7, name: 'what was taken out of a text', sql: TAKEN_OUT },
  { id: 8, name: 'actions that take back others', sql: UNDOS },
  { id: 9, name: 'what a day cost', sql: SPENDING },
  { id: 10, name: 'what the policy was asked', sql: JUDGED },
  { id: 11, name: 'trial runs of the model', sql: TRIALS },
  { id: 12, name: 'several approvers, edits, questions, changes meanwhile', sql: REQUESTS },
  { id: 13, name: 'what people taught', sql: LESSONS },
  { id: 14, name: 'levels of autonomy', sql: AUTONOMY },
  { id: 15, name: 'what was proposed and never left', sql: SHADOW },
  { id: 16, name: 'pauses that vendors asked for', sql: PAUSES },
  { id: 17, name: 'critical events that nobody analysed', sql: UNANALYSED },
  { id: 18, name: 'drills', sql: DRILLS },
  { id: 19, name: 'what waits to be settled', sql: UNKNOWN },
  { id: 20, name: 'what happens where nobody decides', sql: COURSES },
  { id: 21, name: 'when a request was last shown', sql: SHOWINGS },
  { id: 22, name: 'what the model declined to answer', sql: DECLINED },
  { id: 23, name: 'tries to tell each alert', sql: ALERT_TRIES },
  { id: 24, name: 'estimates of what calls cost', sql: ESTIMATES },
  { id: 25, name: 'parts of an effect that were answered', sql: PARTS },
  { id: 26, name: 'calls of the model that are under way', sql: CALLS_UNDER_WAY },
  { id: 27, name: 'what is told in working hours', sql: QUIET_HOURS },
  { id: 28, name: 'announcements that can be taken back', sql: ANNOUNCEMENTS },
];
