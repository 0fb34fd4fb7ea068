import { oneLine, plain, when } from './table.js';
import type { ApprovalView } from './views.js';

const WHY_WIDTH = 100;

/** Who decided what, over which channel, when and why; of one that is open, until when it waits. */
export function tellApproval(approval: ApprovalView): string {
  if (approval.decidedBy === null) {
    return `${approval.status}, ${approval.id}, until ${when(approval.deadline)} UTC`;
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
