/** The port of drills: what is shown as a request, and what people made of it. */
import type { DrillInput, DrillOutcome, ShownDrill } from '../domain/drill.js';

export interface DrillMirror {
  /** Keeps what is shown, once: answers what was kept first under this id. */
  beginDrill(
    input: Pick<DrillInput, 'drillId' | 'cycleId' | 'startedBy'>,
    shown: ShownDrill,
  ): Promise<ShownDrill>;
  /** What was kept under this id; null for nothing. */
  shownDrill(drillId: string): Promise<ShownDrill | null>;
  /** Ids of requests asked since then (ISO 8601 UTC) that are no drills. */
  realRequests(since: string): Promise<readonly string[]>;
}

/** A drill that is over, and who did what with it. */
export interface EndedDrill {
  readonly id: string;
  readonly cycleId: string;
  readonly approvalId: string | null;
  readonly outcome: DrillOutcome;
  readonly kind: string;
  readonly wrong: string;
  readonly startedBy: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly decidedBy: string | null;
  /** `temporal`: the name is only claimed. */
  readonly channel: string | null;
  /** JSON list of `GivenApproval`. */
  readonly given: string;
}
