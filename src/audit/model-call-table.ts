/** What a call whose answer was lost may have cost counts, too; also in the ledger of trial runs. */
export const ESTIMATES = `
ALTER TABLE llm_calls ADD COLUMN cost_is_estimate INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trial_calls ADD COLUMN cost_is_estimate INTEGER NOT NULL DEFAULT 0;
`;

/** Calls of the model, and what each cost. Prompt and reply are blobs. */
export interface LlmCallsTable {
  id: string;
  cycle_id: string;
  purpose: string;
  model: string;
  prompt_id: string;
  prompt_version: string;
  prompt_hash: string;
  reply_hash: string | null;
  stop_reason: string | null;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  cost_usd: number;
  /** 1: no answer says what it cost, and it stands at the most that it may have. */
  cost_is_estimate: number;
  /** 1: no word of it came back, not even a failure. */
  lost: number;
  price_date: string | null;
  request_id: string | null;
  started_at: string;
  ended_at: string | null;
  error: string | null;
}
