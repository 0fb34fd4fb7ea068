/**
 * Undos whose workflow ended without saying how, or is gone: a real Temporal, the real ledger, the Jira that the sandbox
 * plays. What people ordered is done once, or said not to be, and the next try is possible.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { guarded } from '../../src/activities/failure.js';
import { createActivities } from '../../src/activities/index.js';
import { undoHash } from '../../src/activities/undo-action.js';
import { createUndo } from '../../src/api/undo.js';
import { beginUndo, startUndo } from '../../src/api/undo-start.js';
import type { ActionsTable } from '../../src/audit/schema.js';
import type { PlannedAction } from '../../src/domain/cycle.js';
import { createCycleDescriber } from '../../src/inbox/relay/temporal.js';
import { createUndoSweeper } from '../../src/inbox/relay/undo-sweeper.js';
import { ANA, BO, EVA } from '../../src/sandbox/seed/people.js';
import { vendorsAt } from '../activities/support/vendors.js';
import { createWorld, environment, type World } from '../activities/support/world.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { cycleInput, planned } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { quietLog } from '../support/quiet-log.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';

const PERSON = { authorization: `Basic ${Buffer.from('ana@acme.example:x').toString('base64')}` };
const BY = { id: 'lea', name: 'Lea', channel: 'api' } as const;

let temporal: TemporalHarness;
let sandbox: TestSandbox;
let world: World;
let action: PlannedAction;
let issueKey: string;
let undoId: string;
let runs = 0;

beforeAll(async () => {
  temporal = await openTemporal();
  sandbox = await startSandbox();
}, 60_000);

afterAll(async () => {
  await sandbox.close();
  await temporal.close();
});

/** An assignment that was carried out: to Bo, from Eva. */
beforeEach(async () => {
  const fields = {
    project: { key: 'PAY' },
    issuetype: { name: 'Task' },
    summary: 'Refund',
    assignee: { accountId: EVA.jira },
  };
  issueKey = (await sandbox.call('POST', '/jira/rest/api/3/issue', { fields }, PERSON)).body.key;
  world = createWorld({ deps: { ...vendorsAt(sandbox.url), clock: () => new Date() } });
  runs += 1;
  const cycle = cycleInput({ cycleId: `cycle-lost-undo-${process.pid}-${runs}` });
  const payload = { issueKey, accountId: BO.jira };
  action = planned(cycle.cycleId, 1, { kind: 'jira.assign', payload }, { verdict: 'auto', ordinal: 1 });
  undoId = `${action.actionId}.u1`;
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const step = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
  await world.deps.mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: [action] });
  const execute = guarded(createExecuteAction(world.deps, [1]));
  await environment().run(execute, { cycle, planned: action });
  expect(await assignee()).toBe(BO.jira);
});

afterEach(async () => {
  await sandbox.delete('/_faults');
  await world.dispose();
});

async function assignee(): Promise<string | null> {
  const { body } = await sandbox.get(`/jira/rest/api/3/issue/${issueKey}?fields=assignee`);
  return body.fields.assignee?.accountId ?? null;
}

const assign = (accountId: string | null) =>
  sandbox.call('PUT', `/jira/rest/api/3/issue/${issueKey}/assignee`, { accountId }, PERSON);

async function backAssignments(): Promise<number> {
  const { items } = (await sandbox.get('/_received?vendor=jira')).body;
  return items.filter(
    ({ method, path, body }: { method: string; path: string; body: { accountId?: string } }) =>
      method === 'PUT' && path.endsWith(`${issueKey}/assignee`) && body.accountId === EVA.jira,
  ).length;
}

const row = (id = undoId): ActionsTable => world.reader.getAction(id) as ActionsTable;

/** The vendor takes nothing until this is over: the workflow is under way, its request does not leave for good. */
const holdVendor = () =>
  sandbox.post('/_faults', {
    vendor: 'jira',
    kind: 'status',
    match: issueKey,
    status: 429,
    times: 1_000,
  });

function sweeper(taskQueue: string): () => Promise<void> {
  return createUndoSweeper({
    mirror: world.reader,
    describe: createCycleDescriber(temporal.client),
    begin: (input) => beginUndo(temporal.client, taskQueue, input),
    log: quietLog,
  });
}

async function argumentsOf(workflowId: string): Promise<unknown> {
  const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  return JSON.parse(Buffer.from(payload?.data ?? []).toString('utf8'));
}

/** Ordered, under way, and its workflow closed from outside. */
async function terminated(taskQueue: string): Promise<void> {
  await holdVendor();
  await startUndo(temporal.client, taskQueue, { actionId: action.actionId, undoId, by: BY });
  await eventually(async () => expect(row()?.status).toBe('approved'), 20_000);
  await temporal.client.workflow.getHandle(`undo-${undoId}`).terminate('by hand');
  await sandbox.delete('/_faults');
}

const ended = (id = undoId) =>
  eventually(async () => expect(row(id)?.ended_at).toEqual(expect.any(String)), 30_000);

const inWorker = (body: (taskQueue: string) => Promise<void>) =>
  temporal.withWorker(createActivities(world.deps), body);

describe('an undo whose workflow was terminated', () => {
  test('and did nothing ends as not undone, and the next one takes it back', () =>
    inWorker(async (taskQueue) => {
      await terminated(taskQueue);

      await sweeper(taskQueue)();
      await ended();

      expect(row()).toMatchObject({
        status: 'failed',
        result: expect.stringContaining('was not taken back'),
      });
      expect(row(action.actionId).status).toBe('executed');
      expect(await assignee()).toBe(BO.jira);

      const undo = createUndo({
        mirror: world.reader,
        inbox: { saveRefusal: async () => 'listed' },
        refuse: () => null,
        start: (input) => startUndo(temporal.client, taskQueue, input),
        clock: () => new Date('2026-11-23T10:05:00.000Z'),
        patience: { waitMs: 20_000, everyMs: 50 },
      });
      await undo.undo(action.actionId, BY);
      expect(row(`${action.actionId}.u2`).status).toBe('executed');
      expect(await assignee()).toBe(EVA.jira);
    }));

  test('although it was done ends as done, and the action is undone', () =>
    inWorker(async (taskQueue) => {
      await terminated(taskQueue);
      await assign(EVA.jira);

      await sweeper(taskQueue)();
      await ended();

      expect(row().status).toBe('executed');
      expect(row(action.actionId).status).toBe('undone');
      expect(await backAssignments()).toBe(1);
    }));

  test('and was changed over by a person ends as what it is', () =>
    inWorker(async (taskQueue) => {
      await terminated(taskQueue);
      await assign(ANA.jira);

      await sweeper(taskQueue)();
      await ended();

      expect(row()).toMatchObject({
        status: 'obsolete',
        result: expect.stringContaining('was changed since'),
      });
      expect(await assignee()).toBe(ANA.jira);
    }));

  test('and whose end is looked for by several rounds ends once', () =>
    inWorker(async (taskQueue) => {
      await terminated(taskQueue);
      const sweep = sweeper(taskQueue);

      await Promise.all([sweep(), sweeper(taskQueue)()]);
      await sweep();
      await ended();
      await sweep();

      const kinds = world.auditKinds(row().cycle_id).filter((kind) => kind === 'effect.failed');
      expect(kinds).toHaveLength(1);
    }));
});

describe('an undo that Temporal does not know', () => {
  /** As after a restore of the databases: the order is in the records, its workflow is nowhere. */
  test('is begun again, by whom it was ordered, and taken back once', () =>
    inWorker(async (taskQueue) => {
      await world.deps.mirror.openUndo({
        actionId: action.actionId,
        undoId,
        by: BY,
        hash: undoHash(action.actionId),
      });
      const sweep = sweeper(taskQueue);

      await Promise.all([sweep(), sweeper(taskQueue)()]);
      await ended();
      await sweep();

      expect(row().status).toBe('executed');
      expect(await assignee()).toBe(EVA.jira);
      expect(await backAssignments()).toBe(1);
      const { by } = (await argumentsOf(`undo-${undoId}`)) as { by: unknown };
      expect(by).toEqual(BY);
    }));

  test('is left alone while it runs', () =>
    inWorker(async (taskQueue) => {
      await holdVendor();
      await startUndo(temporal.client, taskQueue, { actionId: action.actionId, undoId, by: BY });
      await eventually(async () => expect(row()?.status).toBe('approved'), 20_000);

      await sweeper(taskQueue)();

      await expect(temporal.client.workflow.getHandle(`undo-${undoId}-end`).describe()).rejects.toThrow(
        'not found',
      );
      await sandbox.delete('/_faults');
      await ended();
      expect(row().status).toBe('executed');
    }));
});
