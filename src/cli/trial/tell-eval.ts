import { indent, oneLine, plain, table, usd } from '../table.js';
import { tellFirstLooks } from './tell-first-looks.js';
import { percent } from './thresholds.js';
import type { EvalView } from './views.js';

const PROBLEM_WIDTH = 160;

/** The scores by family, what went wrong, and whether it holds. */
export function tellEval(trial: EvalView, shortfalls: readonly string[]): string {
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
    ...failures(trial),
    ...tellFirstLooks(trial.firstLooks, trial.results),
    shortfalls.length === 0
      ? 'Holds every threshold.'
      : `Below its thresholds:\n${indent(shortfalls.join('\n'), '  ')}`,
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
