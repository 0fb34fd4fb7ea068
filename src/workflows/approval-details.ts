/** What Temporal's Web UI shows while a cycle waits: word for word what would happen, and how to decide it there. */
import { workflowInfo } from '@temporalio/workflow';
import { describeAction, textOf } from '../domain/action.js';
import type { ApprovalRequest } from '../domain/cycle.js';

/** Markdown for the current details of a waiting cycle. */
export function approvalDetails(summary: string, requests: readonly ApprovalRequest[]): string {
  const { workflowId } = workflowInfo();
  return [
    `**${summary}**, until ${requests[0]?.deadline ?? 'the deadline'} (then nothing is sent).`,
    ...requests.map((request) => describeRequest(request)),
    ...howToSignal(requests, workflowId),
  ].join('\n\n');
}

/** Nothing about signals where none would count. */
function howToSignal(requests: readonly ApprovalRequest[], workflowId: string): readonly string[] {
  const countable = requests.filter((request) => request.planned.risk !== 'G3');
  if (countable.length === 0) {
    return [];
  }
  const which = countable.length === requests.length ? '' : ' the others';
  return [
    `Approve${which} here with **Send a Signal**: name \`approve\`, input \`{"by":"<your id>"}\`; or \`reject\` with \`{"by":"<your id>","reason":"…"}\`.`,
    `\`temporal workflow signal --workflow-id ${workflowId} --name approve --input '{"by":"<your id>"}'\``,
  ];
}

function describeRequest({ planned }: ApprovalRequest): string {
  const who =
    planned.deciders === null ? 'any operator' : planned.deciders.join(', ') || 'nobody in pm-agent.yaml';
  const head = `- ${describeAction(planned.action)} (risk ${planned.risk}, rule "${planned.rule}", decides: ${who}, action \`${planned.actionId}\`)`;
  const limit =
    planned.risk === 'G3'
      ? '\n  Risk G3: not by a raw signal; decide it with `pm-agent approve` or the API.'
      : '';
  const text = textOf(planned.action);
  return `${head}${limit}${text === null ? '' : `\n\n${text.replace(/^/gm, '  > ')}`}`;
}
