/** One situation that a project manager meets, and what is right, tolerable and wrong to do in it. */
import type { ActionKind } from '../domain/action.js';
import type { Json } from '../domain/canonical-json.js';
import type { Context } from '../domain/context.js';
import type { PmEvent } from '../domain/event.js';

/** Which proposals are meant: all members that are given must hold. */
export interface ActionPattern {
  readonly kind?: ActionKind | readonly ActionKind[];
  /** Members of the payload with exactly these values. */
  readonly where?: Readonly<Record<string, Json>>;
  /** Each must be found in the words that it puts before people. */
  readonly says?: readonly RegExp[];
}

export interface ForbiddenPattern extends ActionPattern {
  /** What is wrong with it, for a person. */
  readonly why: string;
}

export interface Expectation {
  /** Each is met by a proposal of its own; empty: nothing has to be done. */
  readonly required: readonly ActionPattern[];
  /** What may be proposed besides. Everything else is one proposal too many. */
  readonly allowed: readonly ActionPattern[];
  /** No proposal may be one of these. */
  readonly forbidden: readonly ForbiddenPattern[];
}

export interface Scenario {
  /** Unique, for ever: scores of two runs are compared by it. */
  readonly id: string;
  /** The situation in one sentence. */
  readonly title: string;
  readonly event: PmEvent;
  /** Further events of the subject that the same decision answers, oldest first. */
  readonly alsoAnswers?: readonly PmEvent[];
  readonly context: Pick<Context, 'facts' | 'items'>;
  readonly expected: Expectation;
}
