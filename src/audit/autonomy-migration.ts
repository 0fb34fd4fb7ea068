/** SQL of one migration; migrations.ts has the list. */

/** Levels of autonomy with their history, and what each action was judged by. */
export const AUTONOMY = `
-- Of a kind and a project the latest one holds.
CREATE TABLE autonomy_levels (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  project TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('observe', 'propose', 'approve', 'announce')),
  was TEXT NOT NULL,
  at TEXT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  why TEXT NOT NULL,
  evidence TEXT NOT NULL,
  -- What led to it: the order of an admin, an undo, a rejection. Makes a change happen once.
  cause TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX autonomy_levels_latest ON autonomy_levels (kind, project, seq);

-- Null for what code decided on, and in rows from before there were levels.
ALTER TABLE actions ADD COLUMN project TEXT;
ALTER TABLE actions ADD COLUMN level TEXT;
ALTER TABLE actions ADD COLUMN policy_verdict TEXT;
CREATE INDEX actions_by_autonomy ON actions (kind, project, proposed_at) WHERE level IS NOT NULL;

CREATE INDEX approvals_by_action ON approvals (action_id);
`;
