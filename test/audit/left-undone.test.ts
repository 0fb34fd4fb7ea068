import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cycleInput, planned, transition } from '../support/builders.js';
import { openTestMirror, type TestMirror } from './support.js';

let at: TestMirror;
beforeEach(() => {
  at = openTestMirror();
});
afterEach(() => at.close());

const END = {
  status: 'cancelled',
  outcome: null,
  summary: 'cancelled by ana',
  error: null,
  runId: 'run-1',
} as const;

/** An approved move and a comment that goes by itself, neither begun. */
async function decided() {
  const cycle = cycleInput();
  const { cycleId } = cycle;
  const asked = planned(cycleId, 1, transition);
  const auto = planned(cycleId, 2, transition, { verdict: 'auto' });
  const step = { name: 'plan', attempt: 1, startedAt: at.now(), detail: {} } as const;
  await at.mirror.startCycle(cycle, 'run-1');
  await at.mirror.recordPlan({ cycleId, step, actions: [asked, auto] });
  const deadline = '2026-11-24T10:00:00.000Z';
  await at.mirror.openApprovals({ cycleId, requests: [{ approvalId: 'a1', planned: asked, deadline }] });
  const { actionId, hash } = asked;
  const by = { id: 'ana', name: 'Ana', channel: 'api' } as const;
  const words = { decidedBy: by, decidedAt: at.now(), reason: null, note: null };
  const state = { approvalId: 'a1', actionId, hash, status: 'approved', ...words } as const;
  await at.mirror.settleApproval({ cycleId, state, actionStatus: 'approved' });
  return { cycle, asked, auto };
}

test('what was approved and not begun when its cycle was cancelled is over, and says why', async () => {
  const { cycle, asked, auto } = await decided();

  await at.mirror.finishCycle({ cycle, ...END });
  await at.mirror.finishCycle({ cycle, ...END });

  for (const { actionId } of [asked, auto]) {
    expect(at.reader.getAction(actionId)).toMatchObject({
      status: 'obsolete',
      ended_at: expect.any(String),
      result: expect.stringContaining('cancelled by ana'),
    });
  }
  expect(at.reader.auditOf(cycle.cycleId).filter(({ kind }) => kind === 'effect.obsolete')).toHaveLength(2);
});

test('what had begun stays as it is: nobody knows yet what became of it', async () => {
  const { cycle, asked } = await decided();
  const { actionId, hash } = asked;
  const request = { service: 'jira', method: 'POST', path: '/transitions', body: {} } as const;
  await at.mirror.recordIntent({ cycleId: cycle.cycleId, actionId, hash, request, attempt: 1 });

  await at.mirror.finishCycle({ cycle, ...END });

  expect(at.reader.getAction(actionId)).toMatchObject({ status: 'executing' });
});
