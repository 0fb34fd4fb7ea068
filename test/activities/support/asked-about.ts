/** An action that a person was asked about, with what became of that. */
import type { PlannedAction } from '../../../src/domain/cycle.js';
import type { World } from './world.js';

/** @param status null: it waits still */
export async function askedAbout(
  { mirror }: Pick<World, 'mirror'>,
  cycleId: string,
  planned: PlannedAction,
  status: 'approved' | 'rejected' | 'expired' | null,
): Promise<void> {
  const { actionId, hash } = planned;
  const approvalId = `${actionId}.approval`;
  const deadline = '2026-11-24T10:00:00.000Z';
  await mirror.openApprovals({ cycleId, requests: [{ approvalId, planned, deadline }] });
  if (status === null) {
    return;
  }
  const decidedBy = { id: 'lead-1', name: 'Lea', channel: 'api' } as const;
  await mirror.settleApproval({
    cycleId,
    actionStatus: status,
    state: {
      approvalId,
      actionId,
      hash,
      status,
      decidedBy: status === 'expired' ? null : decidedBy,
      decidedAt: '2026-11-23T11:00:00.000Z',
      reason: null,
      note: null,
    },
  });
}
