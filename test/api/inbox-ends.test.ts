/** Cycles whose workflow was ended from outside: the mirror never hears of it, the inbox does. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { comment } from '../inbox/support.js';
import { commentEvent } from '../support/builders.js';
import { ask } from './support/sending.js';
import { type StoredCycle, storeCycle } from './support/stored-cycle.js';
import { startTestApi, type TestApi } from './support/test-api.js';

const REASON = 'the workflow was closed from outside';
const AT = new Date('2026-11-23T12:00:00.000Z');

let api: TestApi;
let lost: StoredCycle;
let alive: StoredCycle;

beforeEach(async () => {
  api = await startTestApi();
  lost = await storeCycle(api, { receivedAt: '2026-11-23T08:00:00.000Z' });
  alive = await storeCycle(api, {
    event: commentEvent({ subject: 'jira:PAY-2' }),
    receivedAt: '2026-11-22T08:00:00.000Z',
  });
  const { tables } = api.inbox;
  await api.inbox.accept(comment({ deliveryId: deliveryOf(lost.input.cycleId) }));
  await api.inbox.accept(comment({ deliveryId: deliveryOf(alive.input.cycleId) }));
  await tables.write(() => tables.rows.finish(lost.input.cycleId, { reason: REASON, at: AT }));
});
afterEach(() => api.close());

/** The delivery whose cycle this is. */
function deliveryOf(cycleId: string): string {
  return cycleId.replace(/^cycle-jira-/, '');
}

async function idsOf(path: string): Promise<string[]> {
  const { body } = await ask(api.url + path);
  return body.items.map((item: { id: string }) => item.id);
}

test('such a cycle has failed, with the reason; nothing of it waits any more', async () => {
  const { body } = await ask(`${api.url}/api/cycles/${lost.input.cycleId}`);

  expect(body).toMatchObject({ status: 'failed', error: REASON, endedAt: AT.toISOString() });
  expect(body.approvals).toMatchObject([{ status: 'superseded', reason: REASON }]);
  expect(body.actions.map((action: { status: string }) => action.status)).toEqual(['executed', 'obsolete']);
  expect(body.steps.every((step: { status: string }) => ['done', 'failed'].includes(step.status))).toBe(true);
});

test('lists and their filters follow', async () => {
  const [lostId, aliveId] = [lost.input.cycleId, alive.input.cycleId];

  expect(await idsOf('/api/cycles?status=awaiting_approval')).toEqual([aliveId]);
  expect(await idsOf('/api/cycles?status=failed')).toEqual([lostId]);
  expect(await idsOf('/api/cycles')).toEqual([lostId, aliveId]);
  expect(await idsOf('/api/approvals?status=pending')).toEqual([alive.approvalId]);
  expect(await idsOf('/api/approvals?status=superseded')).toEqual([lost.approvalId]);
});

test('a page is filled past those that fell out of it, and its cursor goes on behind', async () => {
  const { body } = await ask(`${api.url}/api/cycles?status=awaiting_approval&limit=1`);
  const all = await ask(`${api.url}/api/cycles?limit=1`);
  const rest = await ask(`${api.url}/api/cycles?limit=1&cursor=${all.body.nextCursor}`);

  expect(body.items.map((item: { id: string }) => item.id)).toEqual([alive.input.cycleId]);
  expect(body.nextCursor).toBeNull();
  expect([all.body.items[0].id, rest.body.items[0].id]).toEqual([lost.input.cycleId, alive.input.cycleId]);
  expect(rest.body.nextCursor).toBeNull();
});

test('its request is shown as superseded, and that of a living one as pending', async () => {
  const ofLost = await ask(`${api.url}/api/approvals/${lost.approvalId}`);
  const ofAlive = await ask(`${api.url}/api/approvals/${alive.approvalId}`);

  expect([ofLost.body.status, ofAlive.body.status]).toEqual(['superseded', 'pending']);
});

test('a cycle that no worker ever had and that became a dead letter has failed', async () => {
  const { tables } = api.inbox;
  const delivery = comment();
  await api.inbox.accept(delivery);
  const cycleId = delivery.cycleId ?? '';
  await tables.write(() => tables.rows.deadLetter(cycleId, { reason: 'refused 5 times', at: AT }));

  const { body } = await ask(`${api.url}/api/cycles/${cycleId}`);

  expect(body).toMatchObject({ status: 'failed', error: 'refused 5 times' });
});
