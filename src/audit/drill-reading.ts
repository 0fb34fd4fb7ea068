/** Drills as the API reads them: those that are over, and those that wait, of which nobody is told. */
import type { EndedDrill, WaitingDrill } from './drills.js';
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

/** Those that wait: for the views of them alone, which look like any other. */
export function waitingDrills(all: All): readonly WaitingDrill[] {
  return all(
    `SELECT drills.cycle_id AS cycleId, cycles.started_at AS startedAt, drills.opened
     FROM drills JOIN cycles ON cycles.id = drills.cycle_id
     WHERE drills.outcome IS NULL ORDER BY drills.started_at DESC`,
  );
}
