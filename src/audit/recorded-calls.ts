/** What it took to decide a recorded event. */
import type { RecordedCycle } from './trials.js';
import type { Writing } from './writing.js';

/** What people asked about a request is answered once there is a decision: it is no part of it. */
const ABOUT_A_REQUEST = 'answer';
const FIRST_LOOK = 'triage';

export async function callsOf(
  { db }: Writing,
  cycleId: string,
): Promise<Pick<RecordedCycle, 'models' | 'calls' | 'costUsd'>> {
  const rows = await db
    .selectFrom('llm_calls')
    .select(['purpose', 'model', 'prompt_id', 'prompt_version', 'cost_usd'])
    .where('cycle_id', '=', cycleId)
    .where('purpose', '!=', ABOUT_A_REQUEST)
    .orderBy('started_at')
    .execute();
  return {
    models: rows
      .filter(({ purpose }) => purpose !== FIRST_LOOK)
      .map((row) => ({ model: row.model, promptId: row.prompt_id, promptVersion: row.prompt_version })),
    calls: rows.length,
    costUsd: rows.reduce((sum, row) => sum + row.cost_usd, 0),
  };
}
