/** How one kind of effect is taken back. What the kind says of it (for how long, or why not): domain/actions. */
import type { ActionKind } from '../../domain/action.js';
import type { ActionPayloads } from '../../domain/actions/payloads.js';
import type { Stood } from '../../domain/actions/row.js';
import type { Effect, Settled } from '../actions/executor.js';

/** What was done, as the ledger has it. */
export interface Done {
  readonly actionId: string;
  /** The vendor's id of what was made. */
  readonly remoteId: string | null;
  /** How what was changed stood before, and by it; null where words were added only. */
  readonly stood: Stood | null;
}

/** Makes the effect that takes another one back. What a person changed since settles it as `obsolete`: it is shown, not overwritten. */
export type Undoing<K extends ActionKind> = (
  payload: ActionPayloads[K],
  done: Done,
) => Promise<Effect | Settled>;

/** For what is gone already, by whoever. */
export function goneAlready(what: string): Settled {
  return { settled: 'executed', message: `${what} is gone already` };
}

/** For an action of which nothing is known that could be taken back. */
export function nothingKnown(what: string): Settled {
  return { settled: 'failed', message: `the ledger does not know what ${what} left at the vendor` };
}
