/** SQL of one migration; migrations.ts has the list. */

/** What is held for a call until its answer is recorded: what a worker that dies meanwhile may have spent is not forgotten. */
export const CALLS_UNDER_WAY = `
CREATE TABLE calls_under_way (
  -- Of the row that it leaves in the ledger if it is lost.
  id TEXT PRIMARY KEY,
  -- Of a cycle, or of a case of a trial run.
  cycle_id TEXT,
  trial_id TEXT,
  case_id TEXT,
  purpose TEXT NOT NULL,
  model TEXT NOT NULL,
  prompt_id TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  prompt_hash TEXT NOT NULL,
  held_usd REAL NOT NULL,
  started_at TEXT NOT NULL,
  -- The try of an activity that made it: the next try finds it.
  run_id TEXT NOT NULL,
  activity_id TEXT NOT NULL,
  attempt INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE llm_calls ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trial_calls ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
`;

export interface CallsUnderWayTable {
  id: string;
  cycle_id: string | null;
  trial_id: string | null;
  case_id: string | null;
  purpose: string;
  model: string;
  prompt_id: string;
  prompt_version: string;
  prompt_hash: string;
  held_usd: number;
  /** ISO 8601 UTC. */
  started_at: string;
  run_id: string;
  activity_id: string;
  attempt: number;
}
