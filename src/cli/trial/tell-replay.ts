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

function tellResult(result: ReplayResultView): string {
  const { caseId, title, eventType, why, before, after } = result;
  return [
    `${verdictOn(result)}  ${oneLine(title, TITLE_WIDTH)}  ${eventType}  ${caseId}`,
    ...(why === null ? [] : [indent(plain(why), '  ')]),
    ...(before === null ? [] : [indent(`before  ${tellSide(before)}`, '  ')]),
    ...(after === null ? [] : [indent(`after   ${tellSide(after)}`, '  ')]),
    '',
  ].join('\n');
}

function verdictOn({ change, why, before, after }: ReplayResultView): string {
  if (change === null) {
    return why === null ? 'undecided' : 'left out';
  }
  const [then, now] = [before, after].map((side) => side?.route?.to === 'skip');
  return then === now
    ? change
    : `${change} (${then === true ? 'skipped' : 'decided'} before, ${now === true ? 'skipped' : 'decided'} now)`;
}

function tellSide({ proposals, failure, costUsd, summary, route }: SideView): string {
  const what = proposals.map(
    ({ kind, target, payload, verdict, rule, refusal }) =>
      `${kind} on ${plain(target)}: ${refusal === null ? `${verdict} by "${plain(rule)}"` : `refused, ${oneLine(refusal, WORDS_WIDTH)}`}\n          ${oneLine(JSON.stringify(payload), WORDS_WIDTH)}`,
  );
  const said =
    failure === null
      ? `nothing: ${oneLine(summary, WORDS_WIDTH)}`
      : `no decision: ${oneLine(failure, WORDS_WIDTH)}`;
  const way = route === undefined ? [] : wayOf(route);
  const lines = [...way, ...(what.length === 0 && route?.to !== 'skip' ? [said] : what)];
  return `${usd(costUsd)}  ${lines.join('\n                 ')}`;
}

/** The usual way goes without saying. */
function wayOf({ to, by, why }: NonNullable<SideView['route']>): readonly string[] {
  const whose = by === 'rule' ? 'by a rule' : 'at the first look';
  const words = { skip: `skipped ${whose}`, hard: `found hard ${whose}` }[to];
  return words === undefined ? [] : [`${words}: ${oneLine(why, WORDS_WIDTH)}`];
}

function totals({ report }: ReplayView): string {
  const { counts, before, after } = report;
  const row = (name: string, left: number, right: number) => [name, String(left), String(right)];
  return [
    `${report.cycles} events: ${counts.same} the same, ${counts.reworded} in other words, ${counts.changed} changed (${percent(report.changed)} of ${report.compared}), ${report.undecided} undecided, ${report.leftOut} left out`,
    `Of the changed, ${report.nowDecided} were skipped before and are decided now, ${report.nowSkipped} the reverse.`,
    '',
    table(
      ['', 'BEFORE', 'AFTER'],
      [
        ['cost', usd(before.costUsd), usd(after.costUsd)],
        row('model calls', before.calls, after.calls),
        row('skipped', before.skipped, after.skipped),
        row('found hard', before.hard, after.hard),
        row('policy: auto', before.policy.auto, after.policy.auto),
        row('policy: ask', before.policy.ask, after.policy.ask),
        row('policy: never', before.policy.never, after.policy.never),
        row('refused by code', before.policy.refused, after.policy.refused),
      ],
    ),
  ].join('\n');
}
