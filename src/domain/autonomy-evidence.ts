/** Why the next level is offered, or not yet: what people made of the proposals of one kind in one project. */
import { type AutonomyLevel, type AutonomyRules, levelAbove } from './autonomy.js';
import type { Verdict } from './policy.js';

/** What became of one proposal. `clean`: approved as it was proposed. */
export type OutcomeKind = 'clean' | 'edited' | 'rejected' | 'undone' | 'observed';

export interface Outcome {
  readonly actionId: string;
  readonly what: OutcomeKind;
  /** ISO 8601 UTC: when it was decided, taken back, or proposed where nobody was asked. */
  readonly at: string;
  /** What the policy alone would have said. */
  readonly verdict: Verdict;
  /** Grade G3: its approval says nothing about the everyday ones. */
  readonly isFinal: boolean;
}

export interface AutonomyEvidence {
  readonly clean: number;
  readonly edited: number;
  readonly rejected: number;
  readonly undone: number;
  /** Recorded without asking anybody. */
  readonly observed: number;
  /** What counts towards the next level, in a row up to now. */
  readonly run: number;
  /** How many in a row offer it. */
  readonly needed: number;
  /** Approved as proposed in the same row, and not in `run`. */
  readonly notCounted: {
    /** The policy asks about these whatever the level: the next one would change nothing for them. */
    readonly asked: number;
    /** Grade G3. */
    readonly final: number;
  };
  /** The latest one that was no clean approval; null for none. */
  readonly lastBad: Pick<Outcome, 'actionId' | 'what' | 'at'> | null;
  /** The level that an admin may take now; null: none. */
  readonly offer: AutonomyLevel | null;
}

const BAD: ReadonlySet<OutcomeKind> = new Set<OutcomeKind>(['edited', 'rejected', 'undone']);

/**
 * What counts towards the level above: while it only watches, what was recorded; while it suggests, what people agreed with;
 * while each one is asked about, only what the policy alone would let go, since the next level changes nothing for the rest.
 */
const COUNTS: { readonly [L in AutonomyLevel]: (one: Outcome) => boolean } = {
  observe: ({ what }) => what === 'observed',
  propose: ({ what, isFinal }) => what === 'clean' && !isFinal,
  approve: ({ what, isFinal, verdict }) => what === 'clean' && !isFinal && verdict === 'auto',
  announce: () => false,
};

/** @param outcomes since this level began, oldest first */
export function evidenceOf(
  level: AutonomyLevel,
  outcomes: readonly Outcome[],
  { promoteAfter }: Pick<AutonomyRules, 'promoteAfter'>,
): AutonomyEvidence {
  const count = (kind: OutcomeKind) => outcomes.filter(({ what }) => what === kind).length;
  const bad = outcomes.findLastIndex(({ what }) => BAD.has(what));
  const row = outcomes.slice(bad + 1);
  const run = row.filter(COUNTS[level]).length;
  const left = row.filter((one) => one.what === 'clean' && !COUNTS[level](one));
  const lastBad = outcomes[bad];
  return {
    clean: count('clean'),
    edited: count('edited'),
    rejected: count('rejected'),
    undone: count('undone'),
    observed: count('observed'),
    run,
    needed: promoteAfter,
    notCounted: {
      asked: left.filter(({ isFinal, verdict }) => !isFinal && verdict !== 'auto').length,
      final: left.filter(({ isFinal }) => isFinal).length,
    },
    lastBad:
      lastBad === undefined ? null : { actionId: lastBad.actionId, what: lastBad.what, at: lastBad.at },
    offer: run >= promoteAfter ? levelAbove(level) : null,
  };
}
