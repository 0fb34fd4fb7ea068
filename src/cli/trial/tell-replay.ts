import { indent, oneLine, plain, table, usd } from '../table.js';
import { tellFirstLooks } from './tell-first-looks.js';
import { percent } from './thresholds.js';
import type { ReplayResultView, ReplayView, SideView } from './views.js';

const TITLE_WIDTH = 60;
const WORDS_WIDTH = 100;

/** What would be decided otherwise, side by side, and what that costs. */
export function tellReplay(trial: ReplayView, { all }: { readonly all: boolean }): string {
  const shown = all ? trial.results : trial.results.filter(isOfInterest);
  return [
    `Replay ${trial.id}: ${trial.model}, ${trial.prompt === null ? "the product's own words" : `words of ${plain(trial.prompt.name)}`}`,
    ...(trial.note === null ? [] : [trial.note]),
    'Nothing was written to Jira, Bitbucket or Slack.',
    '',
    ...(shown.length === 0 ? [nothingShown(trial), ''] : shown.map(tellResult)),
    ...tellFirstLooks(trial.firstLooks, trial.results),
    totals(trial),
  ].join('\n');
}

function nothingShown({ report }: ReplayView): string {
  return report.compared === 0
    ? 'No cycle could be compared.'
    : 'Nothing would be done otherwise; --all shows each cycle.';
}

/** Other words for the same deed are shown only where all are. */
function isOfInterest({ change, why }: ReplayResultView): boolean {
  return why === null && change !== 'same' && change !== 'reworded';
}

function tellResult({ caseId, title, eventType, change, why, before, after }: ReplayResultView): string {
  return [
    `${change ?? (why === null ? 'undecided' : 'left out')}  ${oneLine(title, TITLE_WIDTH)}  ${eventType}  ${caseId}`,
    ...(why === null ? [] : [indent(plain(why), '  ')]),
    ...(before === null ? [] : [indent(`before  ${tellSide(before)}`, '  ')]),
    ...(after === null ? [] : [indent(`after   ${tellSide(after)}`, '  ')]),
    '',
  ].join('\n');
}

function tellSide({ proposals, failure, costUsd, summary }: SideView): string {
  const what = proposals.map(
    ({ kind, target, payload, verdict, rule, refusal }) =>
      `${kind} on ${plain(target)}: ${refusal === null ? `${verdict} by "${plain(rule)}"` : `refused, ${oneLine(refusal, WORDS_WIDTH)}`}\n          ${oneLine(JSON.stringify(payload), WORDS_WIDTH)}`,
  );
  const nothing =
    failure === null
      ? `nothing: ${oneLine(summary, WORDS_WIDTH)}`
      : `no decision: ${oneLine(failure, WORDS_WIDTH)}`;
  return `${usd(costUsd)}  ${what.length === 0 ? nothing : what.join('\n                 ')}`;
}

function totals({ report }: ReplayView): string {
  const { counts, before, after } = report;
  const row = (name: string, left: number, right: number) => [name, String(left), String(right)];
  return [
    `${report.cycles} cycles: ${counts.same} the same, ${counts.reworded} in other words, ${counts.changed} changed (${percent(report.changed)} of ${report.compared}), ${report.undecided} undecided, ${report.leftOut} left out`,
    '',
    table(
      ['', 'BEFORE', 'AFTER'],
      [
        ['cost', usd(before.costUsd), usd(after.costUsd)],
        row('model calls', before.calls, after.calls),
        row('policy: auto', before.policy.auto, after.policy.auto),
        row('policy: ask', before.policy.ask, after.policy.ask),
        row('policy: never', before.policy.never, after.policy.never),
        row('refused by code', before.policy.refused, after.policy.refused),
      ],
    ),
  ].join('\n');
}
