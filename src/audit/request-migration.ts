/** SQL of one migration; migrations.ts has the list. */

/** Several approvers, edits, questions, what was put off and what changed meanwhile; reminders in the cards' threads. */
export const REQUESTS = `
ALTER TABLE approvals ADD COLUMN deciders TEXT;
ALTER TABLE approvals ADD COLUMN not_by TEXT NOT NULL DEFAULT '[]';
ALTER TABLE approvals ADD COLUMN needed INTEGER NOT NULL DEFAULT 1;
ALTER TABLE approvals ADD COLUMN given TEXT NOT NULL DEFAULT '[]';
ALTER TABLE approvals ADD COLUMN questions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE approvals ADD COLUMN snoozed_until TEXT;
ALTER TABLE approvals ADD COLUMN drift TEXT NOT NULL DEFAULT '[]';

-- A CHECK cannot be changed in place.
CREATE TABLE approval_cards_now (
  id TEXT PRIMARY KEY,
  approval_id TEXT NOT NULL REFERENCES approvals (id),
  kind TEXT NOT NULL CHECK (kind IN ('card', 'words', 'decided', 'effect', 'reminder', 'changed')),
  card_id TEXT REFERENCES approval_cards_now (id),
  place TEXT NOT NULL,
  channel TEXT,
  ts TEXT,
  wanted INTEGER NOT NULL DEFAULT 1,
  shown INTEGER NOT NULL DEFAULT 0,
  sent_at TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at TEXT NOT NULL,
  error TEXT,
  ended TEXT,
  created_at TEXT NOT NULL,
  CHECK ((kind = 'card') = (card_id IS NULL))
) STRICT;
INSERT INTO approval_cards_now SELECT id, approval_id, kind, card_id, place, channel, ts, wanted, shown, sent_at, attempts,
  next_at, error, ended, created_at FROM approval_cards ORDER BY card_id IS NOT NULL;
DROP TABLE approval_cards;
ALTER TABLE approval_cards_now RENAME TO approval_cards;
CREATE INDEX approval_cards_by_approval ON approval_cards (approval_id);
CREATE INDEX approval_cards_due ON approval_cards (next_at) WHERE shown < wanted AND ended IS NULL;
`;

/** What happens to a request where nobody decides; what older rows had in mind, only Temporal knows. */
export const COURSES = `
ALTER TABLE approvals ADD COLUMN course TEXT NOT NULL DEFAULT '{}';
ALTER TABLE approvals ADD COLUMN asked_again INTEGER NOT NULL DEFAULT 0;
`;

/** When what waits was last shown anew: until then nobody can have read it. Null: when it was asked. */
export const SHOWINGS = `
ALTER TABLE approvals ADD COLUMN shown_at TEXT;
`;

/**
 * What is told by the clock waits for the working hours of its request's team. Older rows are told as they were meant to be; a
 * request from before has its calendar from its next note on.
 */
export const QUIET_HOURS = `
ALTER TABLE approvals ADD COLUMN calendar TEXT;
ALTER TABLE approval_cards ADD COLUMN in_hours INTEGER NOT NULL DEFAULT 0;
ALTER TABLE approval_cards ADD COLUMN told_at TEXT;
`;
