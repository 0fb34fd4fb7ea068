/** One request as the gate holds it, and what of it needs nothing of the workflow. */
import { type ApprovalStatus, type HumanDecision, isOpen } from '../domain/approval.js';
import { type OpenRequest, opened } from '../domain/approval-machine.js';
import { madeAt } from '../domain/approval-rules.js';
import type { ApprovalRequest, OverdueRequest, ShownAction } from '../domain/cycle.js';
import type { Moment } from './approval-clock.js';
import { Turns } from './turns.js';

export interface Waiting {
  request: OpenRequest;
  /** The context that it is shown, edited and asked about by. */
  contextHash: string;
  /** How long it waits, also when it is shown again. */
  readonly waitMs: number;
  moments: readonly Moment[];
  /** Its clock was set by this version: what comes after the deadline is too late, even where no timer fired yet. */
  clocked: boolean;
  /** Resolves when the mirror has what was decided. */
  recorded: Promise<unknown>;
  /** Counts what was noted: part of each note's key. */
  notes: number;
  /** Nobody decided until its first deadline, and it was asked once more. */
  askedAgain: boolean;
  /** How often, since its deadline, a decision that was made in time was on its way; when the next look is due. */
  looks: number;
  lookAgainAt: number | null;
  taken: boolean;
  /** Of the decisions on it. */
  readonly turns: Turns;
}

export const ACTION_STATUS_OF = {
  pending: 'awaiting_approval',
  approved: 'approved',
  rejected: 'rejected',
  expired: 'expired',
  superseded: 'obsolete',
  reopened: 'awaiting_approval',
} as const satisfies { readonly [S in ApprovalStatus]: string };

export function now(): string {
  return new Date(Date.now()).toISOString();
}

/** When a person decided, as their decision's record says. */
export function decidedAt(decision: Pick<HumanDecision, 'madeAt'>): string {
  return new Date(madeAt(decision, Date.now())).toISOString();
}

/** When it ends, unless somebody decided. */
export function lookedAt({ request, lookAgainAt }: Waiting): number {
  return lookAgainAt ?? request.deadline;
}

export function newWaiting(
  approvalId: string,
  { planned, contextHash }: { readonly planned: ShownAction; readonly contextHash: string },
  since: number,
  waitMs: number,
): Waiting {
  return {
    request: opened(approvalId, planned, since + waitMs),
    contextHash,
    waitMs,
    moments: [],
    clocked: false,
    recorded: Promise.resolve(),
    notes: 0,
    askedAgain: false,
    looks: 0,
    lookAgainAt: null,
    taken: false,
    turns: new Turns(),
  };
}

export function toRequest({ request: { planned, state, deadline } }: Waiting): ApprovalRequest {
  return { approvalId: state.approvalId, planned, deadline: new Date(deadline).toISOString() };
}

/** With who may decide by now. */
export function toOverdue({ request: { planned, state, deadline, also } }: Waiting): OverdueRequest {
  const { deciders, notBy = [] } = planned;
  return {
    approvalId: state.approvalId,
    deadline: new Date(deadline).toISOString(),
    hash: state.hash,
    deciders: deciders === null ? null : [...new Set([...deciders, ...also])],
    notBy,
  };
}

/** When the next of them has to be looked at. */
export function nextMoment(waiting: readonly Waiting[]): number {
  const open = waiting.filter(({ request }) => isOpen(request.state.status));
  const relevant = open.length === 0 ? waiting : open;
  return Math.min(...relevant.map(lookedAt), ...open.flatMap((one) => one.moments.map(({ at }) => at)));
}
