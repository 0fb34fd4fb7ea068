/** How one kind of effect is taken back. What the kind says of it (for how long, or why not): domain/actions. */
import type { ActionKind } from '../../domain/action.js';
import type { ActionPayloads } from '../../domain/actions/payloads.js';
import type { Stood } from '../../domain/actions/row.js';
import type { Effect, Left, Made, Settled } from '../actions/executor.js';

/** What was done, as the ledger has it. */
export interface Done {
  readonly actionId: string;
  /** The vendor's id of what was made. */
  readonly remoteId: string | null;
  /** How what was changed stood before, and by it; null where words were added only. */
  readonly stood: Stood | null;
}

/** How one effect is taken back. */
export interface Reversal {
  /** Reads: is it taken back already? Asked first on a retry; null where it is not. */
  find(left: Left): Promise<Made | null>;
  /** Makes the effect. What a person changed since settles it as `obsolete`: it is shown, not overwritten. */
  prepare(left: Left): Promise<Effect | Settled>;
}

export type Undoing<K extends ActionKind> = (payload: ActionPayloads[K], done: Done) => Reversal;

/** For what is gone already, by whoever. */
export function goneAlready(what: string): Settled {
  return { settled: 'executed', message: `${what} is gone already` };
}

/** For an action of which nothing is known that could be taken back. */
export function nothingKnown(what: string): Reversal {
  return cannotBe(`the ledger does not know what ${what} left at the vendor`);
}

/** @param why as a sentence for a person */
export function cannotBe(why: string): Reversal {
  return { find: async () => null, prepare: async () => ({ settled: 'failed', message: why }) };
}
