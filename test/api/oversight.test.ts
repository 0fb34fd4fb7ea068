/** How people decided, over real sockets and from the real mirror. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { StepRecord } from '../../src/audit/step-record.js';
import { parseAgentFile } from '../../src/config/agent-file.js';
import type { PlannedAction } from '../../src/domain/cycle.js';
import { comment, transition } from '../support/builders.js';
import { type StoredCycle, storeCycle } from './support/stored-cycle.js';
import { startTestApi, type TestApi } from './support/test-api.js';

let api: TestApi;
let now = Date.parse('2026-11-23T10:00:00.000Z');
beforeEach(async () => {
  api = await startTestApi({ clock: () => new Date(now) });
});
afterEach(() => api.close());

async function settle(
  { asked, approvalId, input }: StoredCycle,
  status: 'approved' | 'rejected' | 'expired',
  seconds: number,
): Promise<void> {
  const decidedAt = new Date(now + seconds * 1_000).toISOString();
  const decidedBy = status === 'expired' ? null : ({ id: 'lead-1', name: 'Ana', channel: 'api' } as const);
  const { actionId, hash } = asked;
  const state = { approvalId, actionId, hash, status, decidedBy, decidedAt, reason: null, note: null };
  await api.mirror.settleApproval({ cycleId: input.cycleId, state, actionStatus: status });
}

async function edit({ asked, approvalId, input }: StoredCycle, body: string): Promise<void> {
  const planned = {
    ...asked,
    action: { ...comment, payload: { ...comment.payload, body } },
  } as PlannedAction;
  const { actionId, hash } = asked;
  const words = { decidedBy: null, decidedAt: null, reason: null, note: null };
  await api.mirror.noteApproval({
    cycleId: input.cycleId,
    planned,
    deadline: '2026-11-24T10:00:00.000Z',
    state: { approvalId, actionId, hash, status: 'pending', ...words },
    also: [],
    what: 'edited',
    by: null,
    data: {},
    key: `${approvalId}/1`,
  });
}

async function planFor(team: string, { input: { cycleId } }: StoredCycle): Promise<void> {
  const at = new Date(now).toISOString();
  const step: StepRecord = { name: 'plan', startedAt: at, attempt: 1, detail: {} };
  await api.mirror.recordPlan({ cycleId, step, actions: [], team, judgements: [] });
}

async function report(query = ''): Promise<any> {
  return (await fetch(`${api.url}/api/oversight${query}`)).json();
}

test('tells what became of the requests, by kind, with the dots instead of percentiles of four', async () => {
  await settle(await storeCycle(api), 'approved', 240);
  await settle(await storeCycle(api), 'approved', 2);
  await settle(await storeCycle(api), 'rejected', 60);
  await settle(await storeCycle(api), 'expired', 7_200);
  const edited = await storeCycle(api, {}, { action: comment });
  await edit(edited, 'It is in review.');
  await settle(edited, 'approved', 30);

  await expect(report()).resolves.toMatchObject({
    overall: { decided: 4, latency: { p50: null, seconds: [2, 30, 60, 240] }, concerns: [] },
    byKind: [
      {
        kind: 'jira.comment',
        clean: { count: 0, of: 1 },
        edited: { count: 1, of: 1 },
        editDistance: expect.closeTo(6 / 18),
      },
      {
        kind: transition.kind,
        clean: { count: 2, of: 3 },
        rejected: { count: 1, of: 3 },
        expired: { count: 1, of: 4 },
        rubberStamps: { count: 1, of: 3 },
      },
    ],
  });
});

test('five are enough for percentiles, for metrics and for a concern', async () => {
  for (const seconds of [1, 2, 60, 60, 600]) {
    await settle(await storeCycle(api), 'approved', seconds);
  }

  await expect(report()).resolves.toMatchObject({
    overall: {
      latency: { p50: 60, p85: 600, seconds: null },
      concerns: [expect.stringContaining('40 % were decided faster than they can be read')],
    },
  });
  const metrics = await (await fetch(`${api.url}/metrics`)).text();
  expect(metrics).toContain('pm_agent_oversight_ratio{measure="rubber_stamp"} 0.4');
  expect(metrics).toContain('pm_agent_approval_latency_seconds{quantile="0.85"} 600');
  expect(metrics).toContain('pm_agent_approval_working_latency_seconds{quantile="0.5"} 60');
});

test('what nobody works on does not count as working time: a night, a weekend, a holiday', async () => {
  await api.close();
  const file = parseAgentFile(
    'teams: [{ id: payments, timezone: Europe/Berlin, calendar: { holidays: DE } }]',
    'pm-agent.yaml',
    null,
  );
  // Christmas Eve is a Thursday; Friday and Saturday are holidays.
  now = Date.parse('2026-12-24T15:00:00.000Z');
  let later = 0;
  api = await startTestApi({ clock: () => new Date(now + later), agentFile: () => file });
  const cycle = await storeCycle(api, {}, { action: comment });
  await planFor('payments', cycle);
  // Monday, half past ten in Berlin.
  await settle(cycle, 'approved', (Date.parse('2026-12-28T09:30:00.000Z') - now) / 1_000);
  later = 30 * 86_400_000;

  await expect(report('?days=60')).resolves.toMatchObject({
    overall: {
      latency: { clock: 'wall', seconds: [90.5 * 3_600] },
      workLatency: { clock: 'work', seconds: [2.5 * 3_600] },
    },
  });
});

test('what was asked before the time in question does not count', async () => {
  await settle(await storeCycle(api), 'approved', 60);
  now += 3 * 86_400_000;

  await expect(report('?days=2')).resolves.toMatchObject({ overall: { decided: 0 }, byKind: [] });
  await expect(report('?days=0')).resolves.toMatchObject({ error: { code: 'bad_request' } });
});

test('tells what share of the proposals that were carried out was taken back, and what each cost', async () => {
  const cycles = [await storeCycle(api), await storeCycle(api), await storeCycle(api)];
  for (const { input, made } of cycles) {
    const question = { action: 'jira.comment', event: 'comment_created', project: 'PAY', to: null } as const;
    await api.mirror.recordPlan({
      cycleId: input.cycleId,
      step: { name: 'plan', startedAt: new Date(now).toISOString(), attempt: 2, detail: {} },
      actions: [made],
      judgements: [{ actionId: made.actionId, judgement: { question, trace: [] } }],
    });
  }
  await takeBack(cycles[0]!);

  const { cost, overall, byKind } = await report('?days=400');

  expect(cost).toEqual({
    unit: 'USD',
    total: expect.closeTo(0.0375),
    effects: 3,
    perEffect: expect.closeTo(0.0125),
  });
  expect(overall.undone).toEqual({ count: 1, of: 3, share: 1 / 3 });
  expect(byKind).toMatchObject([
    { kind: 'jira.comment', decided: 0, undone: { count: 1, of: 3 } },
    { kind: transition.kind, undone: { count: 0, of: 0, share: null } },
  ]);
});

async function takeBack({ input: { cycleId }, made: { actionId, hash } }: StoredCycle): Promise<void> {
  const undoId = `${actionId}.undo`;
  const step: StepRecord = {
    name: 'execute',
    startedAt: new Date(now).toISOString(),
    attempt: 1,
    detail: {},
  };
  const request = { service: 'jira', method: 'DELETE', path: '/comment', body: null } as const;
  await api.mirror.openUndo({ undoId, actionId, by: { id: 'ana', name: 'Ana', channel: 'api' }, hash });
  await api.mirror.recordIntent({ cycleId, actionId: undoId, hash, request, attempt: 1 });
  await api.mirror.recordResult({
    cycleId,
    actionId: undoId,
    result: { status: 'executed', remoteId: null, message: 'deleted' },
    step,
  });
}
