/** What a click on an approval card asks for, as every other way to decide says it. */
import type { ApprovalsTable } from '../audit/approval-tables.js';
import type { AskedQuestion, DecisionKind } from '../domain/approval.js';
import { editedPayload } from '../domain/edited-payload.js';
import type { ApprovalClick, ClickDecision, ClickOpening } from '../inbox/inbox.js';
import { QUESTION_BLOCK, UNTIL_BLOCK } from '../integrations/slack/approval-button.js';
import { actionOf } from './click-action.js';
import type { DecisionRequest } from './decisions.js';

type Said = Pick<DecisionRequest, 'decision' | 'reason' | 'note' | 'payload' | 'until'>;

const DECISIONS: {
  readonly [D in ClickDecision]: (click: ApprovalClick, approval: ApprovalsTable) => Said;
} = {
  approve: () => ({ decision: 'approve' }),
  edit: ({ typed = {} }, approval) => {
    const edited = editedPayload(actionOf(approval), typed);
    // What cannot be read was sent back before; a payload that no schema knows is refused like any other.
    return { decision: 'approve', payload: 'payload' in edited ? edited.payload : typed };
  },
  reject: ({ reason }) => ({ decision: 'reject', ...(reason === null ? {} : { reason }) }),
  ask: ({ typed }) => ({ decision: 'ask', note: questionOf(typed) }),
  snooze: (click) => ({ decision: 'snooze', until: untilOf(click) }),
  take_over: () => ({ decision: 'take_over' }),
};

const STATUS_AFTER: { readonly [D in ClickDecision]?: ApprovalsTable['status'] } = {
  approve: 'approved',
  edit: 'approved',
  reject: 'rejected',
  take_over: 'superseded',
};

export function isDecision(what: ApprovalClick['what']): what is ClickDecision {
  return Object.hasOwn(DECISIONS, what);
}

export function saidBy(click: ApprovalClick, what: ClickDecision, approval: ApprovalsTable): Said {
  return DECISIONS[what](click, approval);
}

/** What it would have been, where it does not count: a form that was to be opened decides nothing by itself. */
export function kindOf(what: ClickDecision | ClickOpening): DecisionKind {
  const opened = {
    ask_reason: 'reject',
    open_edit: 'approve',
    open_ask: 'ask',
    open_snooze: 'snooze',
  } as const;
  return isDecision(what) ? (what === 'edit' ? 'approve' : what) : opened[what];
}

/** Did this very click do it before? A crash between the decision and its record brings the same click again. */
export function isDoneBy(click: ApprovalClick, byId: string, approval: ApprovalsTable): boolean {
  const { what } = click;
  if (what === 'ask') {
    const asked = JSON.parse(approval.questions) as readonly AskedQuestion[];
    const question = questionOf(click.typed);
    return asked.some((one) => one.by.id === byId && one.question === question);
  }
  const isTheirs = approval.decided_by === byId && approval.channel === 'slack';
  return isTheirs && isDecision(what) && approval.status === STATUS_AFTER[what];
}

/** ISO 8601 UTC; empty for what is no time. */
export function untilOf({ typed }: ApprovalClick): string {
  const at = new Date(Number(typed?.[UNTIL_BLOCK] || Number.NaN) * 1_000);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

function questionOf(typed: ApprovalClick['typed']): string {
  return (typed?.[QUESTION_BLOCK] ?? '').trim();
}
