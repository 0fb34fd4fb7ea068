/** How an evaluation came out: per family and in all. */
import { type EvalResult, GRADES } from '../domain/trial.js';

export interface Score {
  readonly scenarios: number;
  /** By how they came out: `pass`, `missed`, `stray`, `forbidden`, `undecided`. */
  readonly counts: Readonly<Record<(typeof GRADES)[number], number>>;
  /** Share of scenarios that pass, 0 to 1. */
  readonly score: number;
  readonly costUsd: number;
}

export interface EvalReport {
  readonly total: Score;
  readonly families: Readonly<Record<string, Score>>;
}

/** Families in the order in which they first come up. */
export function scoreOf(results: readonly EvalResult[]): EvalReport {
  const families = [...new Set(results.map(({ family }) => family))];
  return {
    total: sum(results),
    families: Object.fromEntries(
      families.map((family) => [family, sum(results.filter((one) => one.family === family))]),
    ),
  };
}

function sum(results: readonly EvalResult[]): Score {
  const count = (verdict: (typeof GRADES)[number]): number =>
    results.filter(({ grade }) => grade.verdict === verdict).length;
  const counts = Object.fromEntries(GRADES.map((verdict) => [verdict, count(verdict)]));
  return {
    scenarios: results.length,
    counts: counts as Score['counts'],
    score: results.length === 0 ? 0 : count('pass') / results.length,
    costUsd: results.reduce((total, { side }) => total + (side?.costUsd ?? 0), 0),
  };
}
