/** What other words, another model or today's configuration would change, in figures. */
import { DECISION_CHANGES, type ReplayResult, type TrialSide } from '../domain/trial.js';

/** What code and policy said of the proposals of one side. */
export interface PolicyHits {
  readonly auto: number;
  readonly ask: number;
  readonly never: number;
  /** Refused by code, whatever policy says. */
  readonly refused: number;
}

interface Totals {
  /** Events that ended before the model that decides: by a rule, or at the small model's look. */
  readonly skipped: number;
  /** Events that the small model found worth the large one. */
  readonly hard: number;
  readonly costUsd: number;
  readonly calls: number;
  readonly policy: PolicyHits;
}

export interface ReplayReport {
  readonly cycles: number;
  /** Both sides have a decision: these are compared. */
  readonly compared: number;
  readonly counts: Readonly<Record<(typeof DECISION_CHANGES)[number], number>>;
  /** Of the changed: skipped then and decided now, and the reverse. */
  readonly nowDecided: number;
  readonly nowSkipped: number;
  /** One of the sides has no decision. */
  readonly undecided: number;
  /** Nothing could be asked. */
  readonly leftOut: number;
  /** Share of the compared that changed, 0 to 1. */
  readonly changed: number;
  /** Over all cycles that were asked again. */
  readonly before: Totals;
  readonly after: Totals;
}

export function reportOf(results: readonly ReplayResult[]): ReplayReport {
  const asked = results.filter(({ why }) => why === null);
  const compared = asked.filter(({ change }) => change !== null);
  const count = (change: (typeof DECISION_CHANGES)[number]): number =>
    compared.filter((one) => one.change === change).length;
  const counts = Object.fromEntries(DECISION_CHANGES.map((change) => [change, count(change)]));
  return {
    cycles: results.length,
    compared: compared.length,
    counts: counts as ReplayReport['counts'],
    nowDecided: compared.filter(({ before, after }) => isSkipped(before) && !isSkipped(after)).length,
    nowSkipped: compared.filter(({ before, after }) => !isSkipped(before) && isSkipped(after)).length,
    undecided: asked.length - compared.length,
    leftOut: results.length - asked.length,
    changed: compared.length === 0 ? 0 : count('changed') / compared.length,
    before: totalsOf(asked.map(({ before }) => before)),
    after: totalsOf(asked.map(({ after }) => after)),
  };
}

function isSkipped(side: TrialSide | null): boolean {
  return side?.route?.to === 'skip';
}

function totalsOf(sides: readonly (TrialSide | null)[]): Totals {
  const there = sides.filter((side) => side !== null);
  const proposals = there.flatMap((side) => side.proposals);
  const allowed = proposals.filter(({ refusal }) => refusal === null);
  const judged = (verdict: 'auto' | 'ask' | 'never'): number =>
    allowed.filter((proposal) => proposal.verdict === verdict).length;
  return {
    skipped: there.filter(isSkipped).length,
    hard: there.filter(({ route }) => route?.to === 'hard').length,
    costUsd: there.reduce((total, { costUsd }) => total + costUsd, 0),
    calls: there.reduce((total, { calls }) => total + calls, 0),
    policy: {
      auto: judged('auto'),
      ask: judged('ask'),
      never: judged('never'),
      refused: proposals.length - allowed.length,
    },
  };
}
