/** kill -9 between any two steps of an event's way in, against a real Temporal and the simulated vendors. */
import { afterEach, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';

let parts: Parts;
afterEach(() => parts.dispose());

async function startAll(
  options: { readonly failpoint?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  parts = await createParts(options.env);
  await parts.start('temporal');
  await parts.start('sandbox');
  await parts.start('api', options.failpoint === undefined ? {} : { failpoint: options.failpoint });
  await parts.start('worker');
}

async function runsOf(cycleId: string): Promise<number> {
  const connection = await Connection.connect({ address: parts.temporalAddress });
  try {
    const { count } = await new Client({ connection }).workflow.count(`WorkflowId = "${cycleId}"`);
    return count;
  } finally {
    await connection.close();
  }
}

test('F1: killed after the commit, before the 2xx: the vendor’s retry is a duplicate of one row, one workflow', async () => {
  await startAll({ failpoint: 'after_persist' });
  const body = commentDelivery();
  await expect(parts.deliver(body, 'f1')).rejects.toThrow();
  await parts.died('api');
  await parts.start('api');

  const retry = await parts.deliver(body, 'f1');

  expect(retry).toMatchObject({ status: 200, body: { status: 'duplicate', cycleId: 'cycle-jira-f1' } });
  await parts.settled();
  await eventually(async () => expect(await runsOf('cycle-jira-f1')).toBe(1));
  expect(await parts.broken()).toEqual([]);
}, 90_000);

test('F2: killed after the 2xx, before the workflow starts: the next process starts it', async () => {
  await startAll({ failpoint: 'after_ack', env: { COALESCE_WINDOW: '2s' } });

  const accepted = await parts.deliver(commentDelivery(), 'f2');
  await parts.died('api');
  await parts.start('api');

  expect(accepted.status).toBe(202);
  await parts.settled();
  await eventually(async () => expect(await runsOf('cycle-jira-f2')).toBe(1));
  expect(await parts.broken()).toEqual([]);
}, 90_000);

test('F3: killed between the start and its note: started again under the same id, "already started" is success', async () => {
  await startAll({ failpoint: 'after_start' });

  const accepted = await parts.deliver(commentDelivery(), 'f3');
  await parts.died('api');
  await parts.start('api');

  expect(accepted.status).toBe(202);
  await parts.settled();
  await eventually(async () => expect(await runsOf('cycle-jira-f3')).toBe(1));
  expect(await parts.broken()).toEqual([]);
}, 90_000);
