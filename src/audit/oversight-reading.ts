/** Requests as they are measured: what was shown, when, and what became of it. */
import type { MeasuredRow, MeasuredWork } from './mirror-reader.js';
import type { All } from './trial-reading.js';

/** The latest are measured, where there are more. */
const MOST = 10_000;

/** Asked since then (ISO 8601 UTC), newest first; what was closed by something else than a decision or its deadline is left out. */
export function measuredSince(all: All, since: string): readonly MeasuredRow[] {
  return all(
    `SELECT kind, risk, approvals.status, asked_at, shown_at, decided_at, payload, proposed, cycles.team
     FROM approvals LEFT JOIN cycles ON cycles.id = approvals.cycle_id
     WHERE approvals.status IN ('approved', 'rejected', 'expired', 'pending', 'reopened') AND asked_at >= ?
       AND cycle_id NOT IN (SELECT cycle_id FROM drills)
     ORDER BY asked_at DESC LIMIT ?`,
    since,
    MOST,
  );
}

/** Undos, and what code did without a proposal, are no work of the model's. */
export function workSince(all: All, since: string): MeasuredWork {
  const [spent] = all<{ cost: number }>(
    'SELECT coalesce(sum(cost_usd), 0) AS cost FROM cycles WHERE received_at >= ? AND id NOT IN (SELECT cycle_id FROM drills)',
    since,
  );
  return {
    cost: spent?.cost ?? 0,
    effects: all(
      `SELECT kind, count(*) AS executed, sum(actions.status = 'undone') AS undone
       FROM actions JOIN cycles ON cycles.id = actions.cycle_id
       WHERE actions.status IN ('executed', 'undone') AND undoes IS NULL AND judged IS NOT NULL AND received_at >= ?
         AND cycles.id NOT IN (SELECT cycle_id FROM drills)
       GROUP BY kind`,
      since,
    ),
  };
}
