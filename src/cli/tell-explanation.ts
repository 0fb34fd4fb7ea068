/** Why the agent did what it did, from what a person saw back to what it rested on: shorter than `show`, one action a time. */
import { member } from './api-client.js';
import { withNoMoney } from './stand-in.js';
import { hanging, indent, oneLine, plain, table, when } from './table.js';
import { tellApproval } from './tell-approval.js';
import { tellFlags } from './tell-context.js';
import { statusInWords } from './tell-cycle.js';
import { MADE_UP, tellDrill } from './tell-drill.js';
import { tellEdit } from './tell-edit.js';
import { tellTurns } from './tell-turns.js';
import type { ActionView, ContextItemView, CycleView } from './views.js';

export interface ExplanationView {
  /** Null: all of the cycle's actions are meant. */
  readonly actionId: string | null;
  readonly cycle: CycleView;
  /** The inbox's row; null once it was deleted, and for a drill that is over. */
  readonly event: unknown;
}

const SAID_WIDTH = 300;
const TEXT_WIDTH = 160;
const REQUEST_WIDTH = 600;
const HASH_WIDTH = 12;

/** @param standIn a stand-in answers for Claude: no amount is money */
export function tellExplanation({ actionId, cycle, event }: ExplanationView, standIn: boolean): string {
  const meant = cycle.actions.filter(({ id }) => actionId === null || id === actionId);
  const parts = [
    ...(meant.length === 0 ? [`Nothing was done: ${hanging(cycle.summary, '  ')}`] : []),
    ...meant.map((action) => tellAction(action, cycle)),
    titled('Because of', tellEvent(cycle, event)),
    titled('Flagged, so that nothing goes without a person', tellFlags(cycle.context).join('\n')),
    titled('Reasons', tellReasons(cycle)),
    tellEvidence(cycle),
    titled('Was told of earlier', tellEarlier(cycle)),
    titled(withNoMoney('Thought by', standIn), tellTurns(cycle)),
    titled('Follow it', [`npx pm-agent show ${cycle.id}`, cycle.temporalUrl ?? ''].join('\n').trimEnd()),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function titled(title: string, body: string): string {
  return body === '' ? '' : `${title}\n${indent(body.trimEnd(), '  ')}`;
}

function tellAction(action: ActionView, { approvals }: CycleView): string {
  const approval = approvals.find((one) => one.actionId === action.id);
  const lines = [
    `by rule      "${plain(action.rule)}": ${action.verdict} (policy ${action.policyVersion}, risk ${action.risk})`,
    ...tellEdit(action.judged?.edited).map((line) => `             ${line}`),
    ...(action.takenOut === undefined || action.takenOut.length === 0
      ? []
      : [`taken out    ${action.takenOut.map(plain).join(', ')}`]),
    `approval     ${approval === undefined ? 'none was asked for' : tellApproval(approval)}`,
    `request      ${requestOf(action.request)}`,
    `answer       ${answerOf(action)}`,
  ];
  return titled(
    `${action.kind} on ${plain(action.target)}: ${statusInWords(action)}  (${action.id})`,
    lines.join('\n'),
  );
}

function requestOf(request: unknown): string {
  const method = member(request, 'method');
  return typeof method === 'string'
    ? oneLine(
        `${method} ${String(member(request, 'path'))} ${JSON.stringify(member(request, 'body'))}`,
        REQUEST_WIDTH,
      )
    : 'none was made';
}

function answerOf({ result, remoteId }: ActionView): string {
  const message = member(result, 'message');
  const id = remoteId === null ? '' : `; the vendor's id is ${plain(remoteId)}`;
  return typeof message === 'string' ? `${oneLine(message, SAID_WIDTH)}${id}` : `–${id}`;
}

function tellEvent(cycle: CycleView, row: unknown): string {
  const drill = tellDrill(cycle);
  const what = `${cycle.source} ${cycle.eventType} on ${plain(cycle.subject)}`;
  if (drill !== null) {
    return `${what}; ${MADE_UP}\n${drill}`;
  }
  const event = member(row, 'event');
  const by = member(member(event, 'actor'), 'name');
  const said = member(member(event, 'comment'), 'text') ?? member(event, 'text');
  return [
    `${what}, received ${when(cycle.receivedAt)} UTC (${cycle.eventId})`,
    typeof by === 'string'
      ? `by ${oneLine(by, TEXT_WIDTH)}`
      : row === null
        ? 'its text was deleted (retention)'
        : '',
    typeof said === 'string' && said !== '' ? `"${oneLine(said, SAID_WIDTH)}"` : '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function tellReasons({ decision }: CycleView): string {
  const reasons = decision?.reasons ?? [];
  return [
    ...reasons.map(({ text, evidence }) => `- ${oneLine(text, SAID_WIDTH)}  [${evidence.join(', ')}]`),
    ...voidLine(decision?.voidReasons ?? 0),
    ...(typeof decision?.uncertainty === 'string'
      ? [`not sure: ${oneLine(decision.uncertainty, SAID_WIDTH)}`]
      : []),
    ...(typeof decision?.wouldChange === 'string'
      ? [`would change its mind: ${oneLine(decision.wouldChange, SAID_WIDTH)}`]
      : []),
  ].join('\n');
}

function voidLine(count: number): readonly string[] {
  return count === 0
    ? []
    : [`${count} more ${count === 1 ? 'was void: it names' : 'were void: they name'} nothing that was read`];
}

/** What the reasons name of what was read; where they name nothing of it (the event alone, say), all that was read. */
function tellEvidence({ context, decision }: CycleView): string {
  const items = context?.items ?? [];
  const named = new Set((decision?.reasons ?? []).flatMap(({ evidence }) => evidence));
  const restedOn = items.filter(({ id }) => named.has(id));
  const [title, shown] = restedOn.length === 0 ? ['Read', items] : ['Rested on', restedOn];
  return shown.length === 0
    ? ''
    : titled(title, table(['ITEM', 'SOURCE', 'READ (UTC)', 'SHA256', 'TEXT'], shown.map(evidenceRow)));
}

/** What was decided before and what people made of it, as the model had it: whether or not a reason names it. */
function tellEarlier({ context }: CycleView): string {
  const items = (context?.items ?? []).filter(({ kind }) => kind === 'earlier');
  return items.length === 0
    ? ''
    : table(
        ['ITEM', 'SHA256', 'SUBJECT', 'WHAT BECAME OF IT'],
        items.map(({ id, hash, data }) => {
          const { where, what } = earlierIn(data);
          return [id, hash.slice(0, HASH_WIDTH), where, oneLine(what, TEXT_WIDTH)];
        }),
      );
}

/** One earlier cycle on a subject, or how often people decided on each kind of action. */
function earlierIn(data: unknown): { readonly where: string; readonly what: string } {
  const kinds: unknown = member(data, 'kinds');
  return Array.isArray(kinds)
    ? { where: 'all projects', what: kinds.map(countsOf).join('; ') }
    : { where: plain(String(member(data, 'subject'))), what: whatBecame(member(data, 'actions')) };
}

/** `jira.comment here 3 approved, 1 edited, 2 rejected, elsewhere …` */
function countsOf(of: unknown): string {
  const places = ['here', 'elsewhere'].map((place) => {
    const counts = ['approved', 'edited', 'rejected'].map(
      (name) => `${String(member(member(of, place), name))} ${name}`,
    );
    return `${place} ${counts.join(', ')}`;
  });
  return `${String(member(of, 'kind'))} ${places.join(', ')}`;
}

function whatBecame(actions: unknown): string {
  return (Array.isArray(actions) ? actions : [])
    .map((action: unknown) => {
      const [kind, status, by, reason] = ['kind', 'status', 'decidedBy', 'reason'].map((name) =>
        member(action, name),
      );
      const said = typeof reason === 'string' ? `: "${reason}"` : '';
      const edited = member(action, 'edited') === undefined ? '' : ', edited';
      return `${String(kind)} ${String(status)}${typeof by === 'string' ? ` by ${by}` : ''}${edited}${said}`;
    })
    .join('; ');
}

function evidenceRow({ id, source, filled, fetchedAt, hash, data }: ContextItemView): readonly string[] {
  return [
    id,
    filled === undefined ? source : `${source} + ${filled.source}`,
    when(fetchedAt),
    hash.slice(0, HASH_WIDTH),
    oneLine(textOf(data), TEXT_WIDTH),
  ];
}

/** What a person recognises the item by. */
function textOf(data: unknown): string {
  const known = ['summary', 'title', 'text', 'body', 'name'].map((name) => member(data, name));
  return known.find((value): value is string => typeof value === 'string') ?? '';
}
