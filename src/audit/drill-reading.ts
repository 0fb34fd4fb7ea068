/** Drills that are over, as the API reads them: of those that wait nobody is told. */
import type { EndedDrill } from './drills.js';
import type { All } from './trial-reading.js';

/** Newest first, at most `limit`. */
export function endedDrills(all: All, limit: number): readonly EndedDrill[] {
  return all(
    `SELECT drills.id, drills.cycle_id AS cycleId, drills.approval_id AS approvalId, drills.outcome, approvals.kind,
       approvals.drill AS wrong, drills.started_by AS startedBy, drills.started_at AS startedAt, drills.ended_at AS endedAt,
       approvals.decided_by AS decidedBy, approvals.channel, approvals.given
     FROM drills JOIN approvals ON approvals.id = drills.approval_id
     WHERE drills.outcome IS NOT NULL ORDER BY drills.ended_at DESC, drills.id LIMIT ?`,
    limit,
  );
}
