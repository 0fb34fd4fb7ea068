/** Drills on a real Temporal server, over the real activities and the real clients of a sandbox: nothing ever leaves. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import fc from 'fast-check';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { type ActivityDeps, createActivities } from '../../src/activities/index.js';
import type { CycleState, PlannedAction } from '../../src/domain/cycle.js';
import type { DrillInput } from '../../src/domain/drill.js';
import { asCarried, type OutboxDecision } from '../../src/domain/outbox-decision.js';
import type { Policy } from '../../src/domain/policy.js';
import type { approvalDrill } from '../../src/workflows/approval-drill.js';
import {
  APPROVAL_DRILL,
  approveSignal,
  type DecideInput,
  decideUpdate,
  rejectSignal,
  stateQuery,
} from '../../src/workflows/messages.js';
import { context } from '../activities/support/vendor-data.js';
import { environment } from '../activities/support/world.js';
import { writesAmong } from '../hostile/received.js';
import { type HostileWorld, openHostileWorld } from '../hostile/world.js';
import { comment, cycleInput, planned } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';

const ASK_ALL: Policy = { version: 'v', default: 'ask', deadlineMs: null, rules: [] };
const PEOPLE = ['ana', 'bo'].map((id) => ({
  id,
  name: id,
  jira: null,
  bitbucket: null,
  slack: null,
  roles: [],
}));

/** What the API recorded, by update id. */
const outbox = new Map<string, OutboxDecision>();
let temporal: TemporalHarness;
let hostile: HostileWorld;
let deps: ActivityDeps;
beforeAll(async () => {
  temporal = await openTemporal();
  hostile = await openHostileWorld();
  deps = {
    ...hostile.world.deps,
    policy: ASK_ALL,
    people: PEOPLE,
    recordedDecision: (id) => outbox.get(id) ?? null,
  };
  await storeDecided();
});
afterAll(async () => {
  await hostile.close();
  await temporal.close();
});

/** A cycle that read an issue and decided something: what drills are made of. */
async function storeDecided(): Promise<void> {
  const cycle = cycleInput();
  const { cycleId } = cycle;
  const contextHash = await hostile.world.storeContext(context());
  const at = { attempt: 1, startedAt: new Date().toISOString(), detail: {} };
  await deps.mirror.startCycle(cycle, 'run-1');
  const gathered = { title: 'PAY-1 Checkout fails on Safari', contextHash, sources: [], nothingToDo: null };
  await deps.mirror.recordGathered({ cycleId, step: { name: 'gather', ...at }, ...gathered });
  const decision = {
    summary: '',
    reasons: [{ text: 'It was asked.', evidence: ['event'] }],
    actions: [],
    uncertainty: null,
  };
  await deps.mirror.recordModelCall({
    id: `${cycleId}.t1.0`,
    cycleId,
    purpose: 'decide',
    model: 'claude-sonnet-5-5',
    promptId: 'question',
    promptVersion: '1',
    request: { messages: [{ role: 'user', content: 'What now?' }] },
    reply: { id: 'msg_01', content: [{ type: 'text', text: '{}' }] },
    stopReason: 'end_turn',
    usage: { inputTokens: 1_000, outputTokens: 100, cacheReadTokens: 0, cacheWriteTokens: 0 },
    costUsd: COST_USD,
    priceDate: '2026-10-24',
    requestId: 'req_01',
    startedAt: at.startedAt,
    endedAt: at.startedAt,
    error: null,
  });
  await deps.mirror.recordDecision({ cycleId, step: { name: 'decide', ...at }, decision, failure: null });
}

const COST_USD = 0.02;
const spentInAll = () =>
  deps.mirror.spent({
    cycleId: 'none',
    subject: 'jira:PAY-1',
    project: 'PAY',
    since: '2026-01-01T00:00:00.000Z',
  });

const newDrill = (overrides: Partial<DrillInput> = {}): DrillInput => {
  const id = randomUUID();
  return {
    drillId: `drill-${id}`,
    cycleId: `cycle-jira-${id}`,
    startedBy: 'ana',
    approvalTimeoutMs: 60_000,
    ...overrides,
  };
};

type Handle = WorkflowHandle<typeof approvalDrill>;
type Pending = CycleState['pendingApprovals'][number];

function start(drill: DrillInput, taskQueue: string): Promise<Handle> {
  return temporal.client.workflow.start<typeof approvalDrill>(APPROVAL_DRILL, {
    workflowId: drill.cycleId,
    taskQueue,
    args: [drill],
  });
}

function whenShown(handle: Handle): Promise<Pending> {
  return eventually(async () => {
    const [pending] = (await handle.query(stateQuery)).pendingApprovals;
    if (pending === undefined) {
      throw new Error('nothing is shown yet');
    }
    return pending;
  });
}

async function decide(handle: Handle, { approvalId, hash }: Pending, by: string, more: object) {
  const who = { id: by, name: by, channel: 'api' } as const;
  const input: DecideInput = { approvalId, hash, decision: 'approve', by: who, ...more };
  const decision = {
    id: randomUUID(),
    cycleId: handle.workflowId,
    approvalId,
    input: JSON.stringify(input),
    createdAt: new Date().toISOString(),
  };
  outbox.set(decision.id, decision);
  return handle.executeUpdate(decideUpdate, { args: [asCarried(decision)], updateId: decision.id });
}

const STEPS: Readonly<Record<string, (handle: Handle, pending: Pending) => Promise<unknown>>> = {
  approve: (handle, pending) => decide(handle, pending, 'ana', {}),
  'approve as well': (handle, pending) => decide(handle, pending, 'bo', {}),
  reject: (handle, pending) => decide(handle, pending, 'ana', { decision: 'reject' }),
  edit: (handle, pending) =>
    decide(handle, pending, 'bo', { payload: { issueKey: 'PAY-1', toStatus: 'In Review' } }),
  'put off': (handle, pending) =>
    decide(handle, pending, 'bo', { decision: 'snooze', until: new Date(Date.now() + 20_000).toISOString() }),
  'take over': (handle, pending) => decide(handle, pending, 'bo', { decision: 'take_over' }),
  'approve by signal': (handle) => handle.signal(approveSignal, { by: 'ana' }),
  'reject by signal': (handle) => handle.signal(rejectSignal, { by: 'ana' }),
  cancel: (handle) => handle.cancel(),
};

/** Takes all that is to be told, as the loop that tells it does. */
async function toldAbout({ approvalId }: Pending) {
  const { circuits } = hostile.world.mirror;
  const told = [];
  for (let due = await circuits.due(); due.length > 0; due = await circuits.due()) {
    for (const alert of due) {
      await circuits.told(alert, '1795000000.000100');
    }
    told.push(...due.filter(({ id }) => id.includes(approvalId)));
  }
  return told;
}

const writes = async () => writesAmong(await hostile.received());

test('whatever people do, in whatever order, no vendor receives anything, and the drill ends once', async () => {
  await temporal.withWorker(createActivities(deps), (taskQueue) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...Object.keys(STEPS)), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (steps, atOnce) => {
          const drill = newDrill({ approvalTimeoutMs: 30_000 });
          const handle = await start(drill, taskQueue);
          const pending = await whenShown(handle);

          const done = steps.map((step) => () => STEPS[step]?.(handle, pending) ?? Promise.resolve());
          await (atOnce
            ? Promise.allSettled(done.map((one) => one()))
            : done.reduce(
                (before, one) => before.then(() => one().catch(() => undefined)),
                Promise.resolve() as Promise<unknown>,
              ));
          await decide(handle, pending, 'ana', { decision: 'reject' }).catch(() => undefined);
          const { hash } = (await handle.query(stateQuery)).pendingApprovals[0] ?? pending;
          await decide(handle, { ...pending, hash }, 'ana', { decision: 'reject' }).catch(() => undefined);
          await handle.result().catch(() => undefined);

          expect(await writes()).toEqual([]);
          expect(
            hostile.world.auditKinds(drill.cycleId).filter((kind) => kind === 'drill.ended'),
          ).toHaveLength(1);
          expect(
            hostile.world.auditKinds(drill.cycleId).filter((kind) => kind.startsWith('effect.')),
          ).toEqual([]);
        },
      ),
      { numRuns: 25 },
    ),
  );
}, 120_000);

test('who approves it is told at once, who rejects it caught it, and the record says which were drills', async () => {
  await temporal.withWorker(createActivities(deps), async (taskQueue) => {
    for (const [decision, outcome] of [
      ['approve', 'missed'],
      ['reject', 'caught'],
    ] as const) {
      const drill = newDrill();
      const handle = await start(drill, taskQueue);
      const pending = await whenShown(handle);
      expect(hostile.world.reader.getApproval(pending.approvalId)?.drill).toBeNull();

      const first = await decide(handle, pending, 'ana', { decision });
      const state = first.status === 'pending' ? await decide(handle, pending, 'bo', { decision }) : first;

      expect(state.drill).toContain('PAY-1');
      await handle.result();
      expect(hostile.world.reader.endedDrills(1)).toMatchObject([
        { id: drill.drillId, outcome, wrong: state.drill },
      ]);
      const cycle = hostile.world.reader.getCycle(drill.cycleId);
      expect(cycle?.cycle).toMatchObject({
        status: 'completed',
        outcome: 'no_action',
        summary: expect.stringContaining('a drill'),
      });
      expect(cycle?.actions).toMatchObject([{ status: 'obsolete' }]);
      expect(await toldAbout(pending)).toMatchObject([
        { place: 'C0PAY', text: expect.stringContaining('That was a drill') },
      ]);
    }
  });
  expect(await writes()).toEqual([]);
}, 60_000);

test('one that waits has every field that a request has, and counts as one; turning it down costs no level', async () => {
  await temporal.withWorker(createActivities(deps), async (taskQueue) => {
    const { reader } = hostile.world;
    const vitals = () => reader.vitals('2026-11-23T10:00:00.000Z')?.approvalsPending ?? 0;
    const before = vitals();
    const rejected = [];
    for (let n = 0; n < 3; n += 1) {
      const handle = await start(newDrill(), taskQueue);
      const pending = await whenShown(handle);
      const cycle = reader.getCycle(handle.workflowId);
      const [action] = cycle?.actions ?? [];

      expect(vitals()).toBe(before + 1);
      expect(cycle?.cycle.event_id).toMatch(/^evt_[0-9a-f]{32}$/);
      expect(action).toMatchObject({ project: expect.any(String), level: 'announce', policy_verdict: 'ask' });
      expect(JSON.parse(action?.judged ?? 'null')).toMatchObject({
        question: { action: action?.kind },
        trace: [{ rule: 'default', fired: true }],
      });
      expect(hostile.world.auditKinds(handle.workflowId).join()).not.toContain('drill');
      expect(hostile.world.auditKinds(handle.workflowId)).toContain('model.called');
      expect(cycle).toMatchObject({ cycle: { cost_usd: COST_USD }, modelCalls: [{ cost_usd: COST_USD }] });
      await expect(spentInAll()).resolves.toMatchObject({
        onSubjectToday: COST_USD,
        onProjectToday: COST_USD,
        today: COST_USD,
      });
      expect(reader.vitals(new Date().toISOString())?.modelCost).toBeCloseTo(COST_USD);
      expect(reader.budgetUse('').spent).toMatchObject({ event: COST_USD, project: COST_USD, day: COST_USD });
      await decide(handle, pending, 'ana', { decision: 'reject' });
      await handle.result();
      expect(reader.getCycle(handle.workflowId)).toMatchObject({ cycle: { cost_usd: 0 }, modelCalls: [] });
      rejected.push(handle.workflowId);
    }
    expect(vitals()).toBe(before);
    expect(rejected.flatMap((cycleId) => hostile.world.auditKinds(cycleId))).not.toContain(
      'autonomy.demoted',
    );
    expect(reader.heldLevels()).toEqual([]);
  });
}, 60_000);

test('drills count in no other statistic', () => {
  const { reader } = hostile.world;

  expect(reader.endedDrills(100).length).toBeGreaterThan(2);
  expect(reader.measuredSince('')).toEqual([]);
  expect(reader.autonomyKeys()).toEqual([]);
  expect(reader.vitals('2026-11-23T10:00:00.000Z')).toMatchObject({ approvalsPending: 0 });
});

test('none of their decisions is told to the model, and none is decided once more', async () => {
  await expect(deps.trials.decidedCycles(100)).resolves.toHaveLength(1);
  const others = { subject: 'jira:PAY-1', before: 'none', limit: 100 };
  const earlier = await deps.mirror.earlierCycles(others);
  expect(earlier).toHaveLength(1);
});

test('what is a drill is refused where effects are carried out, and by the compiler before that', async () => {
  const cycle = cycleInput();
  const { drill: _, ...shown } = planned(cycle.cycleId, 1, comment, { verdict: 'auto' });
  const drill = { ...shown, drill: 'it was not done' };
  // @ts-expect-error: a drill is no planned action
  const smuggled: PlannedAction = drill;

  const carriedOut = environment().run(createExecuteAction(deps), { cycle, planned: smuggled });

  await expect(carriedOut).rejects.toThrow('is a drill: it is never carried out');
});

test('where nothing lends itself to a drill none is shown, and it says why', async () => {
  const none = { ...deps, policy: { ...ASK_ALL, default: 'auto' } } as const;

  const said = await temporal.withWorker(createActivities(none), async (taskQueue) =>
    (await start(newDrill(), taskQueue)).result(),
  );

  expect(said).toContain('no recent cycle lends itself');
});
