import type { ActionKind } from './action.js';
import { ACTIONS } from './actions/index.js';
import type { Decider } from './approval.js';

/** What a person asks for who wants an action taken back. */
export interface UndoInput {
  readonly actionId: string;
  /** Of this try: `<action>.u<n>`. */
  readonly undoId: string;
  readonly by: Decider;
  /** Its workflow was closed from outside: nothing is sent any more, and how the target stands says how it ended. */
  readonly isOver?: true;
}

/** Who took an action back, and what of it stays, for those who were told that it was done. */
export interface TakenBack {
  /** Null where the records do not say (any more). */
  readonly by: Pick<Decider, 'name' | 'channel'> | null;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** What could not be put back; null where everything was. */
  readonly remark: string | null;
}

/** The id of the n-th try, from 1 on. */
export function undoIdOf(actionId: string, n: number): string {
  return `${actionId}.u${n}`;
}

/**
 * May a look at the vendor tell which thing an action made that ended without its id? Without a mark of ours only where it
 * was sent: otherwise it is somebody else's.
 */
export function canBeFound(kind: ActionKind, wasSent: boolean): boolean {
  const { inverse, marker } = ACTIONS[kind];
  return inverse.reversible && inverse.by === 'id' && (marker.provesOurs || wasSent);
}
