import { driftSentence } from '../domain/actions/standing.js';
import { isOpen } from '../domain/approval.js';
import { suggestionSentence } from '../domain/nothing-sent.js';
import { atTheDeadline } from '../domain/request-course.js';
import { oneLine, plain, when } from './table.js';
import type { ApprovalView } from './views.js';

const WHY_WIDTH = 100;
/** Whoever may signal a workflow in Temporal can give any name. */
const ONLY_CLAIMED = '(claimed, not proved)';

/** "if nobody decides by 2026-11-24 09:00:00 UTC: nothing is sent" */
export function deadlineSentence({ deadline, onExpiry }: ApprovalView): string {
  return `if nobody decides by ${when(deadline)} UTC: ${atTheDeadline(onExpiry)}`;
}

/** Who may, how many have to, and what a yes does not do; nothing that an older server left out. */
export function beforeDeciding({
  mayDecide,
  needed = 1,
  nothingSent = null,
}: ApprovalView): readonly string[] {
  const who = mayDecide === null ? 'any operator' : mayDecide?.map(({ name }) => name).join(', ');
  return [
    ...(who === undefined
      ? []
      : [
          `who may decide: ${plain(who || 'nobody of pm-agent.yaml')}${needed > 1 ? ` (${needed} different people have to approve)` : ''}`,
        ]),
    ...(nothingSent === null ? [] : [plain(suggestionSentence(nothingSent))]),
  ];
}

/** What changed at the target since it was shown, and that a yes to how it stood before does not count any more. */
export function changedSinceShown({
  drift = [],
  changed = drift.length === 0 ? null : driftSentence(drift),
  status,
}: ApprovalView): readonly string[] {
  return [
    ...(changed === null ? [] : [`changed since you looked: ${plain(changed)}`]),
    // Only what was approved is looked at once more before it leaves, so whatever is shown again had been approved.
    ...(status === 'reopened'
      ? ['it was approved as it stood before, which does not count for what waits now']
      : []),
  ];
}

/** A decision that was made and waits for a worker; null for none. */
export function recordedSentence({ recorded = null }: ApprovalView): string | null {
  return recorded === null
    ? null
    : `${plain(recorded.name ?? recorded.by)} already chose to ${recorded.decision.replace('_', ' ')} at ${when(recorded.at)} UTC; it is applied as soon as a worker runs`;
}

/** What to type: nothing where a decision that ends it waits already. */
export function howToDecide(approval: ApprovalView): readonly string[] {
  const { id, recorded = null, needed = 1, nothingSent = null } = approval;
  const isOver = recorded !== null && ['approve', 'reject', 'take_over'].includes(recorded.decision);
  if (isOver && (recorded.decision !== 'approve' || needed <= 1)) {
    return [];
  }
  return [
    `${approveCommand(approval)}${nothingSent === null ? '' : '   (says that you agree)'}`,
    `npx pm-agent reject ${id} --reason "…"`,
  ];
}

/** Who decided what, over which channel, when and why; of one that is open, until when it waits. */
export function tellApproval(approval: ApprovalView): string {
  if (approval.decidedBy === null) {
    return `${approval.status}, ${approval.id}, ${isOpen(approval.status) ? deadlineSentence(approval) : `until ${when(approval.deadline)} UTC`}`;
  }
  const why = approval.reason ?? approval.note;
  const suggested = approval.status === 'approved' && (approval.nothingSent ?? null) !== null;
  return [
    `${suggested ? 'agreed to (nothing is sent)' : approval.status} by ${plain(approval.decidedByName ?? approval.decidedBy)}`,
    approval.channel === 'temporal' ? ONLY_CLAIMED : '',
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
