/** What people decided that waits for a worker, and what it means for a request. */
import type { ApprovalsTable } from '../audit/approval-tables.js';
import { type Decider, type DecisionKind, endsRequest } from '../domain/approval.js';
import type { OutboxDecision } from '../domain/outbox-decision.js';
import type { Inbox } from '../inbox/inbox.js';
import type { DecideInput } from '../workflows/messages.js';
import { HttpError } from './http-error.js';

/** Decisions that can wait at once before older ones are no longer looked through. */
export const OUTBOX_WINDOW = 500;

type Outbox = Pick<Inbox, 'pendingDecisions'>;

/** What tells one decision from another. */
interface Said {
  readonly decision: DecisionKind;
  readonly by: Decider;
  readonly note?: string | undefined;
  readonly payload?: unknown;
  readonly until?: string | undefined;
}

/** On one request, in the order in which they came. */
export function madeFor(inbox: Outbox, approvalId: string): readonly OutboxDecision[] {
  return inbox.pendingDecisions(OUTBOX_WINDOW).filter((one) => one.approvalId === approvalId);
}

/** The first that waits for a worker and settles the request then. An edit may be refused when it is judged. */
export function recordedFor(inbox: Outbox, approval: ApprovalsTable): OutboxDecision | null {
  const isItsEnd = ({ input }: OutboxDecision) => {
    const recorded = JSON.parse(input) as DecideInput;
    return settles(recorded, approval) && !isEdit(recorded);
  };
  return madeFor(inbox, approval.id).find(isItsEnd) ?? null;
}

/**
 * The same decision, where it waits for a worker already. Throws where another one does that settles the request: it is not
 * replaced. Questions and what is only put off settle nothing, nor does one approval of several; nor, for other people, an edit
 * before it was judged: theirs is brought to the workflow beside it, which takes the one that counts first.
 */
export function alreadyMade(
  made: readonly OutboxDecision[],
  request: Said,
  approval: ApprovalsTable,
): OutboxDecision | null {
  for (const waiting of made) {
    const recorded = JSON.parse(waiting.input) as DecideInput;
    if (isSame(recorded, request)) {
      return waiting;
    }
    const isOwn = recorded.by.id === request.by.id;
    const isInTheWay = isOwn || (settles(request, approval) && !isEdit(recorded));
    if (settles(recorded, approval) && isInTheWay) {
      throw new HttpError(
        409,
        'already_decided',
        `${chosen(recorded)} at ${waiting.createdAt}; it waits for a worker`,
        { details: { decidedBy: recorded.by.id, decidedAt: waiting.createdAt } },
      );
    }
  }
  return null;
}

function isSame(recorded: DecideInput, request: Said): boolean {
  return (
    recorded.decision === request.decision &&
    recorded.by.id === request.by.id &&
    recorded.until === request.until &&
    (request.decision !== 'ask' || recorded.note === request.note) &&
    JSON.stringify(recorded.payload) === JSON.stringify(request.payload)
  );
}

function settles({ decision }: Pick<DecideInput, 'decision'>, { needed }: ApprovalsTable): boolean {
  return decision === 'approve' ? needed <= 1 : endsRequest(decision);
}

/** Code and policy have yet to judge it. */
function isEdit({ payload }: Pick<DecideInput, 'payload'>): boolean {
  return payload !== undefined;
}

/** "Ana already chose to reject". */
export function chosen({ by, decision }: Pick<DecideInput, 'by' | 'decision'>): string {
  return `${by.name} already chose to ${decision.replace('_', ' ')}`;
}
