import { isOpen } from '../domain/approval.js';
import { atTheDeadline } from '../domain/request-course.js';
import { oneLine, plain, when } from './table.js';
import type { ApprovalView } from './views.js';

const WHY_WIDTH = 100;

/** "if nobody decides by 2026-11-24 09:00:00 UTC: nothing is sent" */
export function deadlineSentence({ deadline, onExpiry }: ApprovalView): string {
  return `if nobody decides by ${when(deadline)} UTC: ${atTheDeadline(onExpiry)}`;
}

/** Who decided what, over which channel, when and why; of one that is open, until when it waits. */
export function tellApproval(approval: ApprovalView): string {
  if (approval.decidedBy === null) {
    return `${approval.status}, ${approval.id}, ${isOpen(approval.status) ? deadlineSentence(approval) : `until ${when(approval.deadline)} UTC`}`;
  }
  const why = approval.reason ?? approval.note;
  return [
    `${approval.status} by ${plain(approval.decidedByName ?? approval.decidedBy)}`,
    approval.channel === null ? '' : `over ${approval.channel}`,
    `at ${when(approval.decidedAt)} UTC`,
    why === null ? '' : `("${oneLine(why, WHY_WIDTH)}")`,
  ]
    .filter((text) => text !== '')
    .join(' ');
}

/** The command that approves just what is shown with it. */
export function approveCommand({ id, hash }: Pick<ApprovalView, 'id' | 'hash'>): string {
  return `npx pm-agent approve ${id} --hash ${shownHash(hash)}`;
}

/** As much of it as tells it from any other. */
export function shownHash(hash: string): string {
  return hash.slice(0, 12);
}
