import type { Action } from './action.js';

/** A statement and the context items that carry it. */
export interface Reason {
  readonly text: string;
  /** Ids of `ContextItem`s; a claim with an unknown id is void. */
  readonly evidence: readonly string[];
}

/** What Claude fills in. It proposes; policy and people dispose. `actions: []` is a normal outcome. */
export interface Decision {
  /** One sentence for a person. */
  readonly summary: string;
  readonly reasons: readonly Reason[];
  /** How many more were given and were void; left out for none. */
  readonly voidReasons?: number;
  readonly actions: readonly Action[];
  /** In words; null where it is sure. */
  readonly uncertainty: string | null;
  /** What would change its mind, in words; null where nothing would. Left out in decisions from before there was such a thing. */
  readonly wouldChange?: string | null;
}

/** Nothing is to be done; `summary` says why. */
export function noDecision(summary: string): Decision {
  return { summary, reasons: [], actions: [], uncertainty: null, wouldChange: null };
}
