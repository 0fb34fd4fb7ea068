/** What Temporal's Web UI shows while a cycle waits: word for word what would happen, and how to decide it there. */
import { describeAction, textOf } from '../domain/action.js';
import { driftSentence } from '../domain/actions/standing.js';
import type { ApprovalState } from '../domain/approval.js';
import type { ApprovalRequest, ShownAction } from '../domain/cycle.js';
import { codeSpan, literalBlock, literalWords } from '../domain/markup/literal-markdown.js';
import { suggestionSentence } from '../domain/nothing-sent.js';
import { atTheDeadline } from '../domain/request-course.js';
import { signalFor } from './signal-rules.js';

/** A request with how it stands. */
export interface ShownRequest extends ApprovalRequest {
  readonly state: ApprovalState;
  /** People who may decide besides, since nobody did in time. */
  readonly also: readonly string[];
  /** Nobody decided until its first deadline, and it was asked once more. */
  readonly askedAgain?: boolean;
}

/** Markdown for the current details of a waiting cycle: words of others stand in it as they are, and mark nothing. */
export function approvalDetails(
  summary: string,
  requests: readonly ShownRequest[],
  workflowId: string,
): string {
  return [
    `**${literalWords(summary)}**`,
    ...requests.map((request) => describeRequest(request, workflowId)),
    ...howToSignal(requests),
  ].join('\n\n');
}

/** One line on what is or would be done; ids stand in it where no names were recorded. */
export function whatOf({ said, action }: Pick<ShownAction, 'said' | 'action'>): string {
  return said?.what ?? describeAction(action);
}

/** Nothing about signals where none would count. */
function howToSignal(requests: readonly ShownRequest[]): readonly string[] {
  const countable = requests.filter((request) => whyNoSignal(request) === null);
  if (countable.length === 0) {
    return [];
  }
  const which = countable.length === requests.length ? '' : ' the others';
  return [
    `Approve${which} here with **Send a Signal**: name \`approve\`, and the input that stands with it, which covers just what is read there; or \`reject\` with \`{"by":"<your id>","actionId":"…","reason":"…"}\`.`,
  ];
}

/** Just what is read here: what is shown again has another hash. */
function command({ planned: { actionId }, state: { hash } }: ShownRequest, workflowId: string): string {
  return `Approve just this: \`temporal workflow signal --workflow-id ${workflowId} --name approve --input '${signalFor(actionId, hash)}'\``;
}

function whyNoSignal({ planned, state }: ShownRequest): string | null {
  if (planned.risk === 'G3') {
    return 'Risk G3';
  }
  return (state.needed ?? 1) > 1 ? `${state.needed} people have to approve` : null;
}

/** It is asked once more no more than once. */
function deadlineOf({ deadline, planned: { onExpiry }, askedAgain = false }: ShownRequest): string {
  const then = atTheDeadline(onExpiry === 'ask_again' && askedAgain ? 'drop' : onExpiry);
  return `If nobody decides by ${deadline}: ${then}.`;
}

/** Names, and the ids that a signal has to give. */
function whoMay({ planned: { deciders, notBy = [], said }, also }: ShownRequest): string {
  const people = said?.people ?? {};
  const named = (id: string) =>
    people[id] === undefined ? literalWords(id) : `${literalWords(people[id])} (${codeSpan(id)})`;
  if (deciders === null) {
    return notBy.length === 0
      ? 'any operator'
      : `anybody but ${notBy.map(named).join(', ')}, who asked for it`;
  }
  const may = [...deciders, ...also].filter((id) => !notBy.includes(id));
  return may.map(named).join(', ') || 'nobody in pm-agent.yaml';
}

function describeRequest(request: ShownRequest, workflowId: string): string {
  const { planned, state } = request;
  const head = `- ${literalWords(whatOf(planned))} (risk ${planned.risk}, rule "${literalWords(planned.rule)}", decides: ${whoMay(request)}, action ${codeSpan(planned.actionId)})`;
  const why = whyNoSignal(request);
  const { nothingSent } = planned.said ?? {};
  const lines = [
    ...(nothingSent === undefined ? [] : [`**${literalWords(suggestionSentence(nothingSent))}.**`]),
    why === null
      ? command(request, workflowId)
      : `${why}: not by a raw signal; decide it with \`pm-agent approve\` or the API.`,
    ...(state.given === undefined
      ? []
      : [
          `Approved by ${state.given.map(({ by }) => literalWords(by.name)).join(', ')} (${state.given.length} of ${state.needed}).`,
        ]),
    ...(state.drift === undefined
      ? []
      : [
          `**Changed since it was shown**: ${literalWords(planned.said?.drift ?? driftSentence(state.drift))}.`,
        ]),
    deadlineOf(request),
    ...(state.snoozedUntil === undefined ? [] : [`Put off until ${state.snoozedUntil}.`]),
    ...(state.questions ?? []).map(
      ({ by, question, answer }) =>
        `${literalWords(by.name)} asks: ${literalWords(question)} — ${literalWords(answer ?? 'not answered yet')}`,
    ),
  ];
  const text = textOf(planned.action);
  return [
    head,
    ...lines.map((line) => `\n  ${line}`),
    ...(text === null ? [] : [`\n\n${literalBlock(text)}`]),
  ].join('');
}
