/** One request as the gate holds it, and what of it needs nothing of the workflow. */
import { type ApprovalStatus, isOpen } from '../domain/approval.js';
import { type OpenRequest, opened } from '../domain/approval-machine.js';
import type { ApprovalRequest, ShownAction } from '../domain/cycle.js';
import type { Moment } from './approval-clock.js';

export interface Waiting {
  request: OpenRequest;
  /** How long it waits, also when it is shown again. */
  readonly waitMs: number;
  moments: readonly Moment[];
  /** Its clock was set by this version: what comes after the deadline is too late, even where no timer fired yet. */
  clocked: boolean;
  /** Resolves when the mirror has what was decided. */
  recorded: Promise<void>;
  /** Counts what was noted: part of each note's key. */
  notes: number;
  /** Nobody decided until its first deadline, and it was asked once more. */
  askedAgain: boolean;
  taken: boolean;
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

export function newWaiting(approvalId: string, planned: ShownAction, since: number, waitMs: number): Waiting {
  return {
    request: opened(approvalId, planned, since + waitMs),
    waitMs,
    moments: [],
    clocked: false,
    recorded: Promise.resolve(),
    notes: 0,
    askedAgain: false,
    taken: false,
  };
}

export function toRequest({ request: { planned, state, deadline } }: Waiting): ApprovalRequest {
  return { approvalId: state.approvalId, planned, deadline: new Date(deadline).toISOString() };
}

/** When the next of them has to be looked at. */
export function nextMoment(waiting: readonly Waiting[]): number {
  const open = waiting.filter(({ request }) => isOpen(request.state.status));
  const relevant = open.length === 0 ? waiting : open;
  return Math.min(
    ...relevant.map((one) => one.request.deadline),
    ...open.flatMap((one) => one.moments.map(({ at }) => at)),
  );
}
