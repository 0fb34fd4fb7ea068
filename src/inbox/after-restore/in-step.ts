/** Do the restored records still fit a cycle that runs on in Temporal? Pure. */
import type { CycleDetail } from '../../audit/mirror-reader.js';
import type { ActionStatus } from '../../domain/action.js';
import { isOpen } from '../../domain/approval.js';
import type { CycleState } from '../../domain/cycle.js';

/** How far Temporal can be with an action that the records show so; where it has ended in them, anywhere. */
const AS_FAR: { readonly [S in ActionStatus]?: readonly ActionStatus[] } = {
  proposed: ['proposed', 'executing'],
  awaiting_approval: ['proposed', 'awaiting_approval'],
  approved: ['proposed', 'awaiting_approval', 'approved', 'executing'],
  executing: ['proposed', 'awaiting_approval', 'approved', 'executing'],
};

/**
 * True where Temporal knows nothing that the records lack: each action and each request for approval that it will come
 * back to stands in them, as far as it got. `recorded`: null where the records do not know the cycle.
 */
export function isInStep(state: CycleState, recorded: CycleDetail | null): boolean {
  if (recorded === null) {
    // What comes first writes the cycle's row.
    return state.step === null || state.step === 'gather';
  }
  const statuses = new Map(recorded.actions.map((row) => [row.id, row.status]));
  const open = new Set(recorded.approvals.filter((row) => isOpen(row.status)).map((row) => row.id));
  return (
    state.pendingApprovals.every(({ approvalId }) => open.has(approvalId)) &&
    state.actions.every(({ actionId, status }) => isAsFar(status, statuses.get(actionId)))
  );
}

/** The records are written before Temporal is told, so they are never behind by themselves. */
function isAsFar(known: ActionStatus, recorded: ActionStatus | undefined): boolean {
  return recorded !== undefined && (AS_FAR[recorded]?.includes(known) ?? true);
}
