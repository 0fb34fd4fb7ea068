/** What calls of the model cost, as the ledger has it. */
import { sql } from 'kysely';
import type { Spent } from '../domain/budget.js';
import type { MirrorWriter } from './mirror.js';
import { LOST, RETOLD } from './uncounted.js';
import type { Writing } from './writing.js';

const ANSWER_LOST = sql.raw(LOST);
const NOT_MADE = sql.raw(RETOLD);

/** Each sum reads only the rows that it counts (index `llm_calls_by_start`). */
export async function spent(
  { db }: Pick<Writing, 'db'>,
  { cycleId, subject, project, since }: Parameters<MirrorWriter['spent']>[0],
): Promise<Spent> {
  const { rows } = await sql<Spent>`
    SELECT (SELECT total(cost_usd) FROM llm_calls WHERE cycle_id = ${cycleId} AND NOT ${ANSWER_LOST} AND NOT ${NOT_MADE}) AS "onEvent",
      (SELECT total(calls.cost_usd) FROM llm_calls AS calls JOIN cycles ON cycles.id = calls.cycle_id
        WHERE calls.started_at >= ${since} AND cycles.subject = ${subject} AND NOT ${ANSWER_LOST} AND NOT ${NOT_MADE}) AS "onSubjectToday",
      (SELECT total(calls.cost_usd) FROM llm_calls AS calls JOIN cycles ON cycles.id = calls.cycle_id
        WHERE calls.started_at >= ${since} AND cycles.project = ${project} AND NOT ${NOT_MADE}) AS "onProjectToday",
      (SELECT total(cost_usd) FROM llm_calls WHERE started_at >= ${since} AND NOT ${NOT_MADE}) AS "today"`.execute(
    db,
  );
  return rows[0] ?? { onEvent: 0, onSubjectToday: 0, onProjectToday: 0, today: 0 };
}
