/** Requests as they are measured: what was shown, when, and what became of it. */
import type { MeasuredRow } from './mirror-reader.js';
import type { All } from './trial-reading.js';

/** The latest are measured, where there are more. */
const MOST = 10_000;

/** Asked since then (ISO 8601 UTC), newest first; what was closed by something else than a decision or its deadline is left out. */
export function measuredSince(all: All, since: string): readonly MeasuredRow[] {
  return all(
    `SELECT kind, risk, approvals.status, asked_at, decided_at, payload, proposed, cycles.team
     FROM approvals LEFT JOIN cycles ON cycles.id = approvals.cycle_id
     WHERE approvals.status IN ('approved', 'rejected', 'expired', 'pending', 'reopened') AND asked_at >= ?
       AND cycle_id NOT IN (SELECT cycle_id FROM drills)
     ORDER BY asked_at DESC LIMIT ?`,
    since,
    MOST,
  );
}
