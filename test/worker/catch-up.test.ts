/** F47: a Temporal server that was away for several of a schedule's times makes up for one of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, type ScheduleDescription, type ScheduleExecutionResult } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { ensureSchedules } from '../../src/worker/ensure-schedules.js';
import { eventually } from '../support/eventually.js';
import { fakeActivities } from '../support/fake-activities.js';
import { freePorts } from '../support/free-ports.js';
import { quietLog } from '../support/quiet-log.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';

const TASK_QUEUE = 'catch-up';
/** Temporal's shortest catch-up window is as long. */
const EVERY_MS = 10_000;
const AWAY_MS = 3.5 * EVERY_MS;

let folder: string;
let port: number;
let temporal: TemporalHarness;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'catch-up-'));
  [port = 0] = await freePorts(1);
  temporal = await openTemporal();
}, 60_000);
afterAll(async () => {
  await temporal.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A server over the same file and port, and a worker on it, for as long as `body` runs. */
async function whileServed<T>(body: (client: Client) => Promise<T>): Promise<T> {
  const path = process.env.TEST_TEMPORAL_CLI ?? 'temporal';
  const server = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      dbFilename: join(folder, 'temporal.db'),
      port,
      log: { format: 'json', level: 'error' },
    },
  });
  try {
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: temporal.bundle,
      activities: fakeActivities(() => []).activities,
    });
    return await worker.runUntil(() => body(new Client({ connection: server.connection })));
  } finally {
    await server.teardown();
  }
}

async function infoOf(client: Client): Promise<ScheduleDescription['info']> {
  return (await client.schedule.getHandle('pm-reconcile_sweep-all').describe()).info;
}

/** Since then, in order. */
async function actionsSince(client: Client, atMs: number): Promise<readonly ScheduleExecutionResult[]> {
  return (await infoOf(client)).recentActions.filter(({ scheduledAt }) => scheduledAt.getTime() > atMs);
}

test('F47: after an outage over several times, one sweep is made up for', async () => {
  const schedules = { taskQueue: TASK_QUEUE, sweepEveryMs: EVERY_MS };
  await whileServed(async (client) => {
    await ensureSchedules({ client: client.schedule, ...schedules }, quietLog);
    await eventually(async () => {
      const { recentActions, runningActions } = await infoOf(client);
      expect(recentActions).not.toEqual([]);
      expect(runningActions).toEqual([]);
    }, 60_000);
  });
  const wentAt = Date.now();
  await sleep(AWAY_MS);

  const { actions, missed } = await whileServed((client) =>
    eventually(async () => {
      const since = await actionsSince(client, wentAt);
      expect(since.length).toBeGreaterThanOrEqual(2);
      return { actions: since, missed: (await infoOf(client)).numActionsMissedCatchupWindow };
    }, 60_000),
  );

  const first = actions[0];
  const takenAt = first?.takenAt.getTime() ?? 0;
  // The latest of the missed times, and the only one of them.
  expect(takenAt - (first?.scheduledAt.getTime() ?? 0)).toBeLessThan(2 * EVERY_MS);
  expect(actions.filter(({ scheduledAt }) => scheduledAt.getTime() <= takenAt)).toHaveLength(1);
  expect(missed).toBeGreaterThanOrEqual(2);
}, 180_000);
