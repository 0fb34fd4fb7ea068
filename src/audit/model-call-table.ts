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
  price_date: string | null;
  request_id: string | null;
  started_at: string;
  ended_at: string | null;
  error: string | null;
}
