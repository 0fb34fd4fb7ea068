/** How the first look did: what it kept from the model that decides, and what of that was lost. */
import type { TrialResult } from '../domain/trial.js';

export interface FirstLooks {
  /** Cases that had one. */
  readonly cases: number;
  /** Of these the rules said it, and no model was asked. */
  readonly byRule: number;
  /** Ended there. */
  readonly skipped: number;
  /** Of the skipped: the model that decides would have done something. */
  readonly dropped: number;
  /** Found worth the large model. */
  readonly hard: number;
  readonly costUsd: number;
}

/** Null where none of the cases had one. */
export function firstLooksOf(results: readonly TrialResult[]): FirstLooks | null {
  const looks = results.flatMap(({ first }) => (first === undefined ? [] : [first]));
  const count = (holds: (look: (typeof looks)[number]) => boolean) => looks.filter(holds).length;
  return looks.length === 0
    ? null
    : {
        cases: looks.length,
        byRule: count(({ by }) => by === 'rule'),
        skipped: count(({ route }) => route === 'skip'),
        dropped: count(({ dropped }) => dropped),
        hard: count(({ route }) => route === 'hard'),
        costUsd: looks.reduce((sum, { costUsd }) => sum + costUsd, 0),
      };
}
