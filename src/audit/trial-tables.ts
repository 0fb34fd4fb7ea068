/** Trial runs of the model: what was asked, what it cost, how each case came out. Nothing else of the mirror knows of them. */
import type { TrialKind, TrialStatus } from '../domain/trial.js';
import type { LlmCallsTable } from './model-call-table.js';

export const TRIALS = `
CREATE TABLE trials (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('replay', 'eval')),
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed')),
  asked_by TEXT NOT NULL,
  model TEXT NOT NULL,
  -- What a person calls the other words; null for the product's own.
  prompt_name TEXT,
  prompt_hash TEXT,
  -- 1: the sandbox's stand-in answered.
  stand_in INTEGER NOT NULL,
  -- Number of cases.
  size INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  error TEXT
) STRICT;
CREATE INDEX trials_by_start ON trials (started_at DESC, id DESC);

CREATE TABLE trial_results (
  trial_id TEXT NOT NULL REFERENCES trials (id),
  case_id TEXT NOT NULL,
  -- Place in the plan.
  seq INTEGER NOT NULL,
  -- JSON; null until it has one.
  result TEXT,
  PRIMARY KEY (trial_id, case_id)
) STRICT, WITHOUT ROWID;

-- As llm_calls, which holds the calls of cycles: budgets of the agent's own work do not see these.
CREATE TABLE trial_calls (
  id TEXT PRIMARY KEY,
  trial_id TEXT NOT NULL REFERENCES trials (id),
  case_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  model TEXT NOT NULL,
  prompt_id TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  prompt_hash TEXT NOT NULL,
  reply_hash TEXT,
  stop_reason TEXT,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  price_date TEXT,
  request_id TEXT,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  error TEXT
) STRICT;
CREATE INDEX trial_calls_by_start ON trial_calls (started_at);
`;

export interface TrialsTable {
  id: string;
  kind: TrialKind;
  status: TrialStatus;
  asked_by: string;
  model: string;
  prompt_name: string | null;
  prompt_hash: string | null;
  /** 1: the sandbox's stand-in answered. */
  stand_in: number;
  size: number;
  started_at: string;
  ended_at: string | null;
  error: string | null;
}

export interface TrialResultsTable {
  trial_id: string;
  case_id: string;
  seq: number;
  /** JSON `TrialResult`; null until there is one. */
  result: string | null;
}

export type TrialCallsTable = Omit<LlmCallsTable, 'cycle_id'> & { trial_id: string; case_id: string };
