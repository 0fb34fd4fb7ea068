/** What Temporal's Web UI shows while a cycle waits: word for word what would happen, and how to decide it there. */
import { workflowInfo } from '@temporalio/workflow';
import { describeAction, textOf } from '../domain/action.js';
import { driftSentence } from '../domain/actions/standing.js';
import type { ApprovalState } from '../domain/approval.js';
import type { ApprovalRequest } from '../domain/cycle.js';

/** A request with how it stands. */
export interface ShownRequest extends ApprovalRequest {
  readonly state: ApprovalState;
  /** People who may decide besides, since nobody did in time. */
  readonly also: readonly string[];
}

/** Markdown for the current details of a waiting cycle. */
export function approvalDetails(summary: string, requests: readonly ShownRequest[]): string {
  const { workflowId } = workflowInfo();
  return [
    `**${summary}**, until ${requests[0]?.deadline ?? 'the deadline'} (then nothing is sent).`,
    ...requests.map((request) => describeRequest(request)),
    ...howToSignal(requests, workflowId),
  ].join('\n\n');
}

/** Nothing about signals where none would count. */
function howToSignal(requests: readonly ShownRequest[], workflowId: string): readonly string[] {
  const countable = requests.filter((request) => whyNoSignal(request) === null);
  if (countable.length === 0) {
    return [];
  }
  const which = countable.length === requests.length ? '' : ' the others';
  return [
    `Approve${which} here with **Send a Signal**: name \`approve\`, input \`{"by":"<your id>"}\`; or \`reject\` with \`{"by":"<your id>","reason":"…"}\`.`,
    `\`temporal workflow signal --workflow-id ${workflowId} --name approve --input '{"by":"<your id>"}'\``,
  ];
}

function whyNoSignal({ planned, state }: ShownRequest): string | null {
  if (planned.risk === 'G3') {
    return 'Risk G3';
  }
  return (state.needed ?? 1) > 1 ? `${state.needed} people have to approve` : null;
}

const AT_THE_DEADLINE = {
  escalate: "Where nobody decides in time, the team's lead is told.",
  ask_again: 'Where nobody decides in time, it is asked once more.',
} as const;

function describeRequest(request: ShownRequest): string {
  const { planned, state, also } = request;
  const { deciders, notBy = [] } = planned;
  const may = deciders === null ? null : [...deciders, ...also].filter((id) => !notBy.includes(id));
  const who = may === null ? 'any operator' : may.join(', ') || 'nobody in pm-agent.yaml';
  const head = `- ${describeAction(planned.action)} (risk ${planned.risk}, rule "${planned.rule}", decides: ${who}, action \`${planned.actionId}\`)`;
  const why = whyNoSignal(request);
  const lines = [
    ...(why === null ? [] : [`${why}: not by a raw signal; decide it with \`pm-agent approve\` or the API.`]),
    ...(state.given === undefined
      ? []
      : [
          `Approved by ${state.given.map(({ by }) => by.name).join(', ')} (${state.given.length} of ${state.needed}).`,
        ]),
    ...(state.drift === undefined ? [] : [`**Changed since it was shown**: ${driftSentence(state.drift)}.`]),
    ...(planned.onExpiry === undefined ? [] : [AT_THE_DEADLINE[planned.onExpiry]]),
    ...(state.snoozedUntil === undefined ? [] : [`Put off until ${state.snoozedUntil}.`]),
    ...(state.questions ?? []).map(
      ({ by, question, answer }) => `${by.name} asks: ${question} — ${answer ?? 'not answered yet'}`,
    ),
  ];
  const text = textOf(planned.action);
  return [
    head,
    ...lines.map((line) => `\n  ${line}`),
    ...(text === null ? [] : [`\n\n${text.replace(/^/gm, '  > ')}`]),
  ].join('');
}
