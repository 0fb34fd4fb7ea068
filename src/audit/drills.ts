/** The port of drills: what is shown as a request, and what people made of it. */
import type { DrillInput, DrillLikeness, DrillOutcome, ShownDrill } from '../domain/drill.js';
import type { ModelCallRecord } from './model-call-record.js';

export interface DrillMirror {
  /** How this cycle was decided; null where no call of the model decided it, or its words were erased. */
  drillPattern(cycleId: string): Promise<DrillPattern | null>;
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

/** A cycle as it went until people were asked: what a drill that waits looks like. */
export interface DrillPattern extends DrillLikeness {
  readonly eventId: string;
  readonly contextHash: string;
  /** From the event to the first step. */
  readonly waitedMs: number;
  /** The one that decided. */
  readonly call: Omit<
    ModelCallRecord,
    'id' | 'cycleId' | 'underWay' | 'costIsEstimate' | 'startedAt' | 'endedAt' | 'error'
  >;
}

/** A drill that waits, as the API shows its event: made of the one that its cycle is like. */
export interface WaitingDrill {
  readonly cycleId: string;
  readonly startedAt: string | null;
  /** JSON `ShownDrill`. */
  readonly opened: string;
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
