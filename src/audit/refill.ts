/** The port of what is written into the records again after a restore (refill-records.ts). */
import type { ActionResult, CycleInput, CycleOutcome, CycleStatus, PlannedAction } from '../domain/cycle.js';
import type { UndoInput } from '../domain/undo.js';

/** An action that was carried out, or tried. */
export interface RefilledAction {
  readonly planned: PlannedAction;
  /** Null where its attempt came to no result. */
  readonly result: ActionResult | null;
  /** ISO 8601 UTC, as all times here. */
  readonly endedAt: string;
}

/** A cycle that has ended, as Temporal tells it. */
export interface RefilledCycle {
  readonly input: CycleInput;
  readonly runId: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly actions: readonly RefilledAction[];
  readonly status: CycleStatus;
  readonly outcome: CycleOutcome | null;
  readonly summary: string;
  readonly error: string | null;
}

/** What the worker writes while it takes over what Temporal knows. Every call can be repeated. */
export interface RefillMirror {
  /** Is a restore there after which this was not done yet? */
  isDue(): Promise<boolean>;
  isEnded(cycleId: string): Promise<boolean>;
  /** Audit `cycle.refilled`, and `effect.refilled` for each action whose result the records did not have. */
  put(cycle: RefilledCycle): Promise<void>;
  /** A try that is over at Temporal: its row, open, where the records have none; how it ended is looked up at the vendor, as for any that never said. */
  putUndo(input: UndoInput & { readonly hash: string }): Promise<void>;
  /** Cycles that were begun before then and are open in these records. */
  openSince(before: string): Promise<readonly string[]>;
  /** For a cycle that neither Temporal nor the inbox knows: nobody will end it any more. */
  giveUp(cycleId: string, reason: string): Promise<void>;
  /** Requests for approval of cycles that have ended wait for nobody. */
  supersedeLeftovers(): Promise<void>;
  /** All that can be known is known. What nobody knows, and nobody was told of, is told then: one alert for each place. */
  noteDone(told: UntoldTold): Promise<void>;
}

/** What people are told of effects that a restore lost, and where. */
export interface UntoldTold {
  /** @param effects at least one, the oldest first */
  readonly textOf: (effects: readonly { readonly actionId: string; readonly target: string }[]) => string;
  /** As in `UnknownTold`. */
  readonly placesOf: (team: string | null) => readonly string[];
}
