import { indent, oneLine, plain, table, usd } from '../table.js';
import { tellFirstLooks } from './tell-first-looks.js';
import { percent } from './thresholds.js';
import type { EvalView } from './views.js';

const PROBLEM_WIDTH = 160;

const GRADES =
  'missed: something required is not there; stray: something nobody asked for; forbidden: must not be proposed, whatever else is right; undecided: no decision that can be used';

export interface Held {
  /** Where it stays below its thresholds; empty where it holds all. */
  readonly below: readonly string[];
  /** Where these stand. */
  readonly from: string;
}

/** The scores by family, what went wrong, and whether it holds. */
export function tellEval(trial: EvalView, { below, from }: Held): string {
  const { report, model, prompt } = trial;
  const rows = [...Object.entries(report.families), ['all', report.total] as const];
  const scores = table(
    ['FAMILY', 'SCENARIOS', 'PASS', 'MISSED', 'STRAY', 'FORBIDDEN', 'UNDECIDED', 'SCORE', 'COST'],
    rows.map(([family, { scenarios, counts, score, costUsd }]) => [
      family,
      String(scenarios),
      String(counts.pass),
      String(counts.missed),
      String(counts.stray),
      String(counts.forbidden),
      String(counts.undecided),
      percent(score),
      usd(costUsd),
    ]),
  );
  return [
    `Evaluation ${trial.id}: ${model}, ${prompt === null ? "the product's own words" : `words of ${plain(prompt.name)}`}`,
    ...(trial.note === null ? [] : [trial.note]),
    '',
    scores,
    ...(report.total.counts.pass < report.total.scenarios ? [GRADES, ''] : []),
    ...failures(trial),
    ...tellFirstLooks(trial.firstLooks, trial.results),
    below.length === 0
      ? 'Holds every threshold.'
      : `Below its thresholds:\n${indent(below.join('\n'), '  ')}`,
    `(The thresholds are ${plain(from)}.)`,
    '',
  ].join('\n');
}

function failures({ results }: EvalView): readonly string[] {
  const failed = results.filter(({ grade }) => grade.verdict !== 'pass');
  return failed.flatMap(({ caseId, family, title, grade }) => [
    `${family}/${caseId}: ${grade.verdict}. ${title}`,
    indent(grade.problems.map((problem) => oneLine(problem, PROBLEM_WIDTH)).join('\n'), '  '),
    '',
  ]);
}
