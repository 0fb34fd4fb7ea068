/** What the soak tells one worker process, as JSON, and what that prints, a line each. */
import type { CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import type { SoakKind } from './kinds.js';
import type { Point } from './points.js';

export interface Task {
  readonly kind: SoakKind;
  readonly cycle: CycleInput;
  readonly planned: PlannedAction;
  readonly attempt: number;
  /** The try that takes it back; null where it is done. */
  readonly undoId: string | null;
}

/** What a task is called in the ledger. */
export function idOf({ planned, undoId }: Pick<Task, 'planned' | 'undoId'>): string {
  return undoId ?? planned.actionId;
}

export interface Job {
  /** Null: this process lives to its end. */
  readonly crash: {
    readonly point: Point;
    /** Ids of the tasks that are counted there. */
    readonly counted: readonly string[];
    readonly hit: number;
    readonly underWayMs: number;
  } | null;
  /** Recorded as a plan first. */
  readonly fresh: readonly Task[];
  /** From processes that died. */
  readonly again: readonly Task[];
}

/** `began`: an attempt started. `ended`: it has its result, as Temporal would know. `again`: Temporal would try again. */
export interface Line {
  readonly what: 'began' | 'ended' | 'again';
  /** As the ledger calls the task. */
  readonly actionId: string;
  readonly status?: string;
  readonly remoteId?: string | null;
  readonly message?: string;
}
