/** One cycle as a text that a person reads from top to bottom. */
import { statusesOf } from '../domain/approval.js';
import { jsonText } from './json-text.js';
import { costOf, withNoMoney } from './stand-in.js';
import { hanging, indent, oneLine, plain, table, when, withReadableTimes } from './table.js';
import {
  beforeDeciding,
  changedSinceShown,
  howToDecide,
  recordedSentence,
  tellApproval,
} from './tell-approval.js';
import { tellContext } from './tell-context.js';
import { MADE_UP, tellDrill } from './tell-drill.js';
import { tellEdit } from './tell-edit.js';
import { tellTurns } from './tell-turns.js';
import type { ActionView, ApprovalView, CycleView, DecisionView, StepView } from './views.js';

const TEXT_WIDTH = 100;
const SAID_WIDTH = 400;
const LABEL_WIDTH = 12;

/** What `show` learns besides the cycle itself. */
export interface Surroundings {
  /** Who caused the event, and in which words; null where the event has none. */
  readonly by: string | null;
  readonly said: string | null;
  /** True while a stand-in answers for Claude: model and cost are then no real ones. */
  readonly standIn: boolean;
}

/** Sections without content are left out. */
export function tellCycle(cycle: CycleView, { by, said, standIn }: Surroundings): string {
  const sections = [
    head(cycle, { by, said, standIn }),
    section('Steps', steps(cycle.steps)),
    section('Context', tellContext(cycle.context)),
    section('Reasons', decision(cycle.decision)),
    section(withNoMoney('Model calls', standIn), tellTurns(cycle)),
    ...cycle.actions.map((action) => tellAction(action, cycle.approvals)),
    nextStep(cycle),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function head(cycle: CycleView, { by, said, standIn }: Surroundings): string {
  const drill = tellDrill(cycle);
  const lines: readonly (readonly [string, string | null])[] = [
    ['cycle', cycle.id],
    ['status', cycle.outcome === null ? cycle.status : `${cycle.status}, ${cycle.outcome}`],
    [
      'subject',
      cycle.title === null ? cycle.subject : `${cycle.subject}  ${oneLine(cycle.title, TEXT_WIDTH)}`,
    ],
    ['event', `${cycle.source} ${cycle.eventType}  ${drill === null ? cycle.eventId : MADE_UP}`],
    ['drill', drill],
    ['by', by === null ? null : oneLine(by, TEXT_WIDTH)],
    ['said', said === null ? null : oneLine(said, SAID_WIDTH)],
    ['received', `${when(cycle.receivedAt)} UTC`],
    ['ended', cycle.endedAt === null ? null : `${when(cycle.endedAt)} UTC`],
    ['summary', cycle.coalescedInto === null ? plain(cycle.summary) : null],
    ['seen with', cycle.coalescedInto],
    ['error', cycle.error === null ? null : plain(cycle.error)],
    ['cost', costOf(cycle.cost, standIn)],
    ['temporal', cycle.temporalUrl],
  ];
  return labelled(lines);
}

function labelled(lines: readonly (readonly [string, string | null])[]): string {
  return lines
    .filter(([, value]) => value !== null && value !== '')
    .map(([label, value]) => `${label.padEnd(LABEL_WIDTH)}${hanging(value ?? '', ' '.repeat(LABEL_WIDTH))}`)
    .join('\n');
}

function section(title: string, body: string): string {
  return body === '' ? '' : `${title}\n${indent(body.trimEnd(), '  ')}`;
}

function steps(list: readonly StepView[]): string {
  return list.length === 0
    ? ''
    : table(
        ['STEP', 'STATUS', 'STARTED (UTC)', 'TOOK', 'ATTEMPT', 'DETAIL'],
        list.map((step) => [
          step.name,
          step.status,
          step.startedAt.slice(11, 23),
          took(step),
          String(step.attempt),
          oneLine(JSON.stringify(step.detail), TEXT_WIDTH),
        ]),
      );
}

function took(step: StepView): string {
  return step.endedAt === null ? '–' : `${Date.parse(step.endedAt) - Date.parse(step.startedAt)} ms`;
}

function decision(made: DecisionView | null): string {
  if (made === null) {
    return '';
  }
  return [
    ...(made.summary === undefined || made.summary === '' ? [] : [hanging(made.summary, '  ')]),
    ...(made.reasons ?? []).map(
      (reason) => `- ${hanging(reason.text, '  ')}  [${reason.evidence.join(', ')}]`,
    ),
    ...(made.uncertainty === null || made.uncertainty === undefined
      ? []
      : [`not sure: ${hanging(made.uncertainty, '  ')}`]),
    ...(made.wouldChange === null || made.wouldChange === undefined
      ? []
      : [`would change its mind: ${hanging(made.wouldChange, '  ')}`]),
  ].join('\n');
}

function tellAction(action: ActionView, approvals: readonly ApprovalView[]): string {
  const approval = approvals.find((candidate) => candidate.actionId === action.id);
  return section(
    `Action ${action.kind} on ${plain(action.target)}: ${statusInWords(action)}`,
    [
      labelled([
        ['what', action.what === undefined ? null : plain(action.what)],
        ['id', action.id],
        [
          'verdict',
          `${action.verdict} by rule "${plain(action.rule)}" (policy ${action.policyVersion}), risk ${action.risk}`,
        ],
        ['edited', tellEdit(action.judged?.edited)[0] ?? null],
        ['approval', approval === undefined ? null : tellApproval(approval)],
        ['taken out', takenOut(action)],
        ['sha256', action.hash],
        ['remote id', action.remoteId],
      ]),
      block('payload', action.payload),
      block('request', action.request),
      block('answer', action.result),
    ]
      .filter((text) => text !== '')
      .join('\n'),
  );
}

/** What a pause holds back is under way by its status alone. */
export function statusInWords({ status, held = null }: Pick<ActionView, 'status' | 'held'>): string {
  return held === null ? status : `${status}, held (${plain(withReadableTimes(held))})`;
}

function takenOut({ takenOut: pieces = [] }: ActionView): string | null {
  return pieces.length === 0 ? null : `${plain(pieces.join('; '))} (what was shown and sent is without it)`;
}

function block(title: string, value: unknown): string {
  return value === null || value === undefined ? '' : `${title}\n${indent(plain(jsonText(value)), '  ')}`;
}

function nextStep(cycle: CycleView): string {
  const [pending] = cycle.approvals.filter(({ status }) => statusesOf('pending').includes(status));
  return pending === undefined
    ? ''
    : [
        recordedSentence(pending) ?? 'Waits for a decision:',
        ...[...beforeDeciding(pending), ...changedSinceShown(pending), ...howToDecide(pending)].map(
          (line) => `  ${line}`,
        ),
      ].join('\n');
}
