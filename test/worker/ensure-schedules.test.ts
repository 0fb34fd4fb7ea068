/** Schedules on a real Temporal server; each test has a namespace of its own, for the schedules' ids are fixed. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Client, Connection, type ScheduleDescription, ScheduleNotFoundError } from '@temporalio/client';
import { createLogger } from '../../src/log.js';
import { ensureSchedules } from '../../src/worker/ensure-schedules.js';
import { eventually } from '../support/eventually.js';

const SWEEP = 'pm-reconcile_sweep-all';
const TASK_QUEUE = 'pm-agent';
const HOUR_MS = 3_600_000;

let connection: Connection;
let client: Client;
let warnings: string[];

beforeAll(async () => {
  connection = await Connection.connect({ address: process.env.TEST_TEMPORAL_ADDRESS ?? '' });
});
afterAll(() => connection.close());

beforeEach(async () => {
  warnings = [];
  const namespace = `schedules-${randomUUID()}`;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  client = new Client({ connection, namespace });
  // A new namespace is known to all parts of the server a moment later.
  await eventually(async () => expect(await scheduleIds()).toEqual([]), 30_000, 200);
});

function log() {
  return Object.assign(createLogger('test', { level: 'fatal', format: 'json' }), {
    warn: (_fields: object, message: string) => {
      warnings.push(message);
    },
  });
}

function ensure(sweepEveryMs: number | null, taskQueue = TASK_QUEUE): Promise<void> {
  return ensureSchedules({ client: client.schedule, taskQueue, sweepEveryMs }, log());
}

async function scheduleIds(): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    ids.push(scheduleId);
  }
  return ids;
}

function sweep(): Promise<ScheduleDescription> {
  return client.schedule.getHandle(SWEEP).describe();
}

test('a sweep is scheduled: one at a time, one made up for after an outage, and one begins now', async () => {
  await ensure(HOUR_MS);

  const schedule = await sweep();
  expect(schedule.spec.intervals).toEqual([expect.objectContaining({ every: HOUR_MS })]);
  expect(schedule.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: HOUR_MS });
  expect(schedule.action).toMatchObject({ workflowType: 'reconcileSweep', taskQueue: TASK_QUEUE });
  await eventually(async () => expect((await sweep()).info.numActionsTaken).toBe(1));
  expect(warnings).toEqual([]);
});

test('several workers at once, and again later, make one schedule; a new interval is taken over', async () => {
  await Promise.all([ensure(HOUR_MS), ensure(HOUR_MS), ensure(HOUR_MS)]);
  await ensure(2 * HOUR_MS);

  await eventually(async () => expect(await scheduleIds()).toEqual([SWEEP]));
  expect((await sweep()).spec.intervals).toEqual([expect.objectContaining({ every: 2 * HOUR_MS })]);
  expect(warnings).toEqual([]);
});

test('a pause by a person stays, and nothing begins meanwhile', async () => {
  await ensure(HOUR_MS);
  await eventually(async () => expect((await sweep()).info.numActionsTaken).toBe(1));
  await client.schedule.getHandle(SWEEP).pause('the vendor asked for quiet');

  await ensure(HOUR_MS);

  const { state, info } = await sweep();
  expect(state).toMatchObject({ paused: true, note: 'the vendor asked for quiet' });
  expect(info.numActionsTaken).toBe(1);
});

test('what the configuration no longer names is removed, and what is not ours is left alone', async () => {
  const action = { type: 'startWorkflow', workflowType: 'other', taskQueue: TASK_QUEUE } as const;
  const spec = { intervals: [{ every: HOUR_MS }] };
  await client.schedule.create({
    scheduleId: 'pm-standup-gone',
    spec,
    action,
    memo: { 'pm-agent': TASK_QUEUE },
  });
  await client.schedule.create({ scheduleId: 'pm-of-somebody', spec, action });
  await eventually(async () => expect(await scheduleIds()).toHaveLength(2));
  await ensure(HOUR_MS);
  await eventually(async () => expect((await scheduleIds()).toSorted()).toEqual(['pm-of-somebody', SWEEP]));

  await ensure(null);

  await expect(sweep()).rejects.toBeInstanceOf(ScheduleNotFoundError);
  await eventually(async () => expect(await scheduleIds()).toEqual(['pm-of-somebody']));
});

test('a schedule of another installation in the same namespace is not taken over', async () => {
  await ensure(HOUR_MS, 'queue-of-another');

  await ensure(2 * HOUR_MS);

  const { spec, action } = await sweep();
  expect(spec.intervals).toEqual([expect.objectContaining({ every: HOUR_MS })]);
  expect(action).toMatchObject({ taskQueue: 'queue-of-another' });
  expect(warnings).toEqual([expect.stringContaining('belongs to another task queue')]);
});

test('where schedules are not allowed, it says so and goes on', async () => {
  const nowhere = new Client({ connection, namespace: `none-${randomUUID()}` });

  await ensureSchedules({ client: nowhere.schedule, taskQueue: TASK_QUEUE, sweepEveryMs: HOUR_MS }, log());

  expect(warnings).toEqual([expect.stringContaining('schedules cannot be kept')]);
});
