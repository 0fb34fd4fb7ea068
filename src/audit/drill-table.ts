import type { DrillOutcome } from '../domain/drill.js';

export interface DrillsTable {
  id: string;
  cycle_id: string;
  /** JSON `ShownDrill`, as it was made first. */
  opened: string;
  started_by: string;
  started_at: string;
  approval_id: string | null;
  /** Null until it is over. */
  outcome: DrillOutcome | null;
  ended_at: string | null;
}
