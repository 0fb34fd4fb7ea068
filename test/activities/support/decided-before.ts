/** A cycle of before in the mirror, with what a person made of its one proposal. */
import type { ApprovalState } from '../../../src/domain/approval.js';
import { commentEvent, cycleInput, planned } from '../../support/builders.js';
import type { World } from './world.js';

export const PROPOSED = 'It ships on Friday.';
const STEP = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;

export interface Before {
  readonly key?: string;
  readonly project?: string;
  readonly reason?: string | null;
  readonly edit?: string;
  readonly status?: 'approved' | 'rejected';
}

/** A cycle of before whose one comment a person decided upon. */
export async function decidedBefore(
  world: World,
  { key = 'PAY-1', project = 'PAY', reason = null, edit, status = 'rejected' }: Before,
): Promise<string> {
  const { mirror } = world.deps;
  const cycle = cycleInput({
    receivedAt: world.deps.clock().toISOString(),
    event: commentEvent({ subject: `jira:${key}`, project, issue: { id: null, key, summary: '' } }),
  });
  const { cycleId } = cycle;
  const request = (body: string) => {
    const one = planned(cycleId, 1, { kind: 'jira.comment', payload: { issueKey: key, body } });
    return { approvalId: `${cycleId}.approval`, planned: one, deadline: '2026-11-24T10:00:00.000Z' };
  };
  const asked = request(PROPOSED);
  const state: ApprovalState = {
    approvalId: asked.approvalId,
    actionId: asked.planned.actionId,
    hash: asked.planned.hash,
    status: 'pending',
    decidedBy: null,
    decidedAt: null,
    reason: null,
    note: null,
  };
  await mirror.startCycle(cycle, 'run-1');
  await mirror.recordPlan({ cycleId, step: STEP, actions: [asked.planned] });
  await mirror.openApprovals({ cycleId, requests: [asked] });
  for (const body of edit === undefined ? [] : ['In between.', edit]) {
    const { planned: changed, deadline } = request(body);
    const by = { id: 'lead-1', name: 'Lea', channel: 'api' as const };
    await mirror.noteApproval({
      cycleId,
      planned: changed,
      deadline,
      state: { ...state, hash: changed.hash },
      also: [],
      what: 'edited',
      by,
      data: {},
      key: `${cycleId}/${body}`,
    });
  }
  await mirror.settleApproval({
    cycleId,
    state: {
      ...state,
      status,
      decidedBy: { id: 'lead-1', name: 'Lea', channel: 'api' },
      decidedAt: world.deps.clock().toISOString(),
      reason,
    },
    actionStatus: status,
  });
  return cycleId;
}
