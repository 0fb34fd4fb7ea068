/** SQL of one migration; migrations.ts has the list. */

/** Requests that nobody should approve, and what people made of them. */
export const DRILLS = `
CREATE TABLE drills (
  id TEXT PRIMARY KEY,
  cycle_id TEXT NOT NULL UNIQUE,
  -- JSON: what is shown, as it was made first.
  opened TEXT NOT NULL,
  started_by TEXT NOT NULL,
  started_at TEXT NOT NULL,
  approval_id TEXT,
  outcome TEXT CHECK (outcome IN ('caught', 'missed', 'edited', 'expired', 'other')),
  ended_at TEXT
) STRICT;
-- Once it is over: what was wrong with it.
ALTER TABLE approvals ADD COLUMN drill TEXT;
`;
