/**
 * What is wrong with a form before it is taken: told in the form itself, while it is still open, and so is that the deadline
 * passed over it. Who may decide, and what others decided meanwhile, is told afterwards, like to everybody else.
 */

import type { ApprovalsTable } from '../audit/approval-tables.js';
import type { MirrorReader } from '../audit/mirror-reader.js';
import { type AskedQuestion, isOpen } from '../domain/approval.js';
import { refusalOfMoreQuestions, refusalOfSnooze } from '../domain/approval-rules.js';
import { editedPayload } from '../domain/edited-payload.js';
import { whyTooLate } from '../domain/stored-request.js';
import type { ApprovalClick } from '../inbox/inbox.js';
import {
  fromButtonValue,
  QUESTION_BLOCK,
  REASON_BLOCK,
  UNTIL_BLOCK,
} from '../integrations/slack/approval-button.js';
import { readEdit } from '../reasoning/actions/read-edit.js';
import { actionOf } from './click-action.js';
import { untilOf } from './click-decision.js';
import type { WebhookDeps } from './webhooks/router.js';

type Problems = Readonly<Record<string, string>>;

interface Form {
  readonly click: ApprovalClick;
  readonly approval: ApprovalsTable;
  readonly now: Date;
}

const NONE: Problems = {};

const RULES: { readonly [W in ApprovalClick['what']]?: (form: Form) => Problems } = {
  edit: editProblems,
  reject: ({ click }) => (click.reason === null ? { [REASON_BLOCK]: 'Say why.' } : NONE),
  ask: questionProblems,
  snooze: ({ click, approval, now }) => {
    const deadline = Date.parse(approval.deadline);
    const refusal = refusalOfSnooze(untilOf(click), now.getTime(), deadline);
    return refusal === null ? NONE : { [UNTIL_BLOCK]: refusal.message.replace(/^until: /, '') };
  },
};

export function createFormProblems({
  mirror,
  clock,
}: {
  readonly mirror: Pick<MirrorReader, 'getApproval'>;
  readonly clock: () => Date;
}): WebhookDeps['formProblems'] {
  return (click) => {
    const rule = RULES[click.what];
    const reference = fromButtonValue(click.value);
    const approval =
      rule === undefined || reference === null ? null : mirror.getApproval(reference.approvalId);
    const now = clock();
    const over = rule === undefined || approval === null ? null : whyOver(approval, now);
    if (over !== null) {
      return { [blockOf(click)]: over };
    }
    if (
      rule === undefined ||
      approval === null ||
      approval.hash !== reference?.hash ||
      !isOpen(approval.status)
    ) {
      return null;
    }
    const problems = rule({ click, approval, now });
    return Object.keys(problems).length === 0 ? null : problems;
  };
}

/** Slack's forms know no time of the reader's own, so it is told in UTC. */
function whyOver(approval: ApprovalsTable, now: Date): string | null {
  const { status, deadline } = approval;
  const isOver = status === 'expired' || (isOpen(status) && whyTooLate(approval, now.toISOString()) !== null);
  return isOver
    ? `It expired at ${deadline.slice(0, 16).replace('T', ' ')} UTC: nobody decided in time, and nothing is done. Do it by hand, or mention the agent there again.`
    : null;
}

const ONLY_BLOCK: { readonly [W in ApprovalClick['what']]?: string } = {
  reject: REASON_BLOCK,
  ask: QUESTION_BLOCK,
  snooze: UNTIL_BLOCK,
};

/** Where what concerns all of a form is told. */
function blockOf({ what, typed = {} }: ApprovalClick): string {
  return ONLY_BLOCK[what] ?? Object.keys(typed)[0] ?? '';
}

function questionProblems({ click, approval }: Form): Problems {
  if ((click.typed?.[QUESTION_BLOCK] ?? '').trim() === '') {
    return { [QUESTION_BLOCK]: 'Write a question.' };
  }
  const asked = (JSON.parse(approval.questions) as readonly AskedQuestion[]).length;
  const refusal = refusalOfMoreQuestions({ decision: 'ask' }, asked);
  return refusal === null ? NONE : { [QUESTION_BLOCK]: refusal.message.replace(/^note: /, '') };
}

/** As the workflow reads it, so that what it would refuse is said where it can be corrected. */
function editProblems({ click, approval }: Form): Problems {
  const { typed = {} } = click;
  const [first = ''] = Object.keys(typed);
  const edited = editedPayload(actionOf(approval), typed);
  if ('problems' in edited) {
    return edited.problems;
  }
  const read = readEdit(actionOf(approval), edited.payload);
  if ('problems' in read) {
    return Object.fromEntries(
      read.problems.map(({ path: [, member = first], message }) => [
        member in typed ? member : first,
        message,
      ]),
    );
  }
  const isSame = JSON.stringify(edited.payload) === JSON.stringify(JSON.parse(approval.payload));
  return isSame
    ? { [first]: 'Nothing was changed. To approve it as it is, go back and press Approve.' }
    : NONE;
}
