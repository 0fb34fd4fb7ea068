/** What the door holds back, let in by a person at the command line, against a real Temporal and the simulated vendors. */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';

const PROGRAM = join(resolve(fileURLToPath(new URL('../..', import.meta.url))), 'bin', 'pm-agent.mjs');
const TWO_DAYS_AGO = Date.now() - 48 * 3_600_000;

let parts: Parts;
afterEach(() => parts.dispose());

async function startWithoutWorker(api: Parameters<Parts['start']>[1] = {}): Promise<void> {
  parts = await createParts();
  await parts.start('temporal');
  await parts.start('sandbox');
  await parts.start('api', api);
}

async function startAll(api: Parameters<Parts['start']>[1] = {}): Promise<void> {
  await startWithoutWorker(api);
  await parts.start('worker');
}

function cli(
  ...args: string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [PROGRAM, ...args],
      { cwd: parts.dataDir, env: parts.env },
      (error, out, err) => {
        done({ code: error === null ? 0 : Number(error.code), out, err });
      },
    );
  });
}

async function json<T>(path: string): Promise<T> {
  return (await (await fetch(parts.api + path)).json()) as T;
}

async function acted(cycleId: string): Promise<void> {
  await eventually(async () => {
    expect(await json(`/api/cycles/${cycleId}`)).toMatchObject({ status: 'completed', outcome: 'acted' });
  }, 60_000);
}

async function entriesOf(cycleId: string, kind: string): Promise<readonly { readonly data: unknown }[]> {
  const { items } = await json<{ items: { kind: string; data: unknown }[] }>(`/api/cycles/${cycleId}/audit`);
  return items.filter((entry) => entry.kind === kind);
}

async function runsOf(cycleId: string): Promise<number> {
  const connection = await Connection.connect({ address: parts.temporalAddress });
  try {
    return (await new Client({ connection }).workflow.count(`WorkflowId = "${cycleId}"`)).count;
  } finally {
    await connection.close();
  }
}

test('a question that came too late is listed with its reason, released, answered, and explained', async () => {
  await startAll();
  const held = await parts.deliver(commentDelivery({ at: TWO_DAYS_AGO }), 'late');
  expect(held.body).toMatchObject({ status: 'quarantined' });
  const { eventId } = held.body;

  const listed = await cli('events', 'list', '--status', 'quarantined');
  const released = await cli('events', 'release', eventId, '--reason', 'our proxy was down');
  const again = await cli('events', 'release', eventId);

  expect(listed.out).toMatch(new RegExp(`${eventId}.* signed longer ago than EVENT_MAX_AGE`));
  expect(released).toMatchObject({ code: 0, out: expect.stringContaining('cycle-jira-late') });
  expect(again.code).toBe(1);
  expect(again.err).toMatch(/is (received|started|processed): there is nothing to release/);
  await acted('cycle-jira-late');
  await eventually(async () => {
    expect(await entriesOf('cycle-jira-late', 'event.released')).toMatchObject([
      { data: { eventId, by: 'local', why: 'our proxy was down' } },
    ]);
  });
  expect(await parts.broken()).toEqual([]);
}, 120_000);

test('a dead letter whose workflow Temporal refused five times is retried under the same cycle, and answered', async () => {
  const tooLong = 'q'.repeat(1_001);
  await startWithoutWorker({ env: { TEMPORAL_TASK_QUEUE: tooLong } });
  const { body } = await parts.deliver(commentDelivery(), 'refused');
  await eventually(async () => {
    expect(await json(`/api/events/${body.eventId}`)).toMatchObject({
      status: 'dead_letter',
      reason: expect.stringContaining('refused its workflow 5 times'),
    });
  }, 60_000);
  await parts.stop('api');
  await parts.start('api');
  await parts.start('worker');

  const retried = await cli('events', 'retry', body.eventId);

  expect(retried).toMatchObject({ code: 0, out: expect.stringContaining('cycle-jira-refused') });
  await acted('cycle-jira-refused');
  expect(await runsOf('cycle-jira-refused')).toBe(1);
  expect(await parts.broken()).toEqual([]);
}, 120_000);

test('killed after the release was stored and before it was answered: the next process starts it, once', async () => {
  await startAll({ failpoint: 'after_release' });
  const { body } = await parts.deliver(commentDelivery({ at: TWO_DAYS_AGO }), 'killed');

  const released = await cli('events', 'release', body.eventId);
  await parts.died('api');
  await parts.start('api');

  expect(released.code).toBe(1);
  await acted('cycle-jira-killed');
  await eventually(async () => {
    expect(await entriesOf('cycle-jira-killed', 'event.released')).toHaveLength(1);
  });
  expect((await cli('events', 'release', body.eventId)).err).toContain('there is nothing to release');
  expect(await runsOf('cycle-jira-killed')).toBe(1);
  expect(await parts.broken()).toEqual([]);
}, 120_000);
