/** What the machine that carries out an effect (carry-out.ts) is asked to do. */
import type { EffectGate } from '../audit/effects.js';
import type { ActionKind } from '../domain/action.js';
import type { ActionResult } from '../domain/cycle.js';
import type { OutgoingRequest } from '../domain/effect.js';
import type { Effect, Left, Made, Settled } from './actions/executor.js';
import type { Attempt, Past } from './look-first.js';

/** What is to be done, and what it is done for: an action, or taking one back. */
export interface Errand {
  readonly cycleId: string;
  /** The row of the ledger, and the idempotency key. */
  readonly actionId: string;
  readonly hash: string;
  readonly kind: ActionKind;
  readonly target: string;
  /** In words for a person. */
  readonly label: string;
  /** Reads: what was made of it already. @param left by an earlier attempt, as the ledger has it */
  find(left: Left): Promise<Made | null>;
  /** Reads: who else made what `find` found, in words; null where it may be ours. */
  byAnother(left: Left): Promise<string | null>;
  prepare(left: Left): Promise<Effect | Settled>;
  /** Reads, right before anything leaves or is said to stand: why it would land where nobody let it; null where it would not. */
  elsewhere(): Promise<Settled | null>;
  /** Its end where the request must not leave so; null where it may. */
  withheld(request: OutgoingRequest): ActionResult | null;
  /** Why it ends with what would have been sent, whoever approved it; null where it is carried out. */
  readonly onlyShown: string | null;
  /** Why it is too late to begin; null where it is not. */
  overtaken(): Promise<string | null>;
  /** What may have been sent before; null where nothing can. */
  past(attempt: Attempt): Promise<Past | null>;
  /** Is what `find` finds ours for sure? Otherwise a person can have done the same, where no request of ours left. */
  readonly provesOurs: boolean;
  readonly gate: EffectGate;
  /** A person wants this very thing now: no pause holds it. */
  readonly isOrder: boolean;
}
