/** A cycle that a person stops while an effect of it is under way: what was sent is known, or somebody says what came of it. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { cancelSignal } from '../../src/workflows/messages.js';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import type { Parts } from '../support/parts.js';
import { startWithLead, toldLead } from '../support/told-lead.js';
import {
  type CycleView,
  callsTo,
  ended,
  endTrouble,
  json,
  makeTrouble,
  pendingActivities,
  type Trouble,
} from '../support/vendor-trouble.js';

let parts: Parts;
beforeAll(async () => {
  parts = await startWithLead();
}, 120_000);
afterEach(() => endTrouble(parts));
afterAll(() => parts.dispose());

const postsOf = (key: string) => callsTo(parts, 'jira', new RegExp(`^POST .*/issue/${key}/comment$`));

/** A question that the agent answers with one comment, which meets this trouble. */
async function ask(key: string, trouble: Omit<Trouble, 'vendor' | 'match'>): Promise<string> {
  await makeTrouble(parts, { vendor: 'jira', match: `^POST .*/issue/${key}/comment$`, ...trouble });
  const { body } = await parts.deliver(commentDelivery({ key }), `cancelled-${key}-${Date.now()}`);
  await eventually(async () => expect(await postsOf(key)).toHaveLength(1), 60_000);
  return String(body.cycleId);
}

async function cancel(cycleId: string): Promise<CycleView> {
  const connection = await Connection.connect({ address: parts.temporalAddress });
  try {
    const handle = new Client({ connection }).workflow.getHandle(cycleId);
    await handle.signal(cancelSignal, { by: 'lead-1', reason: 'wrong issue' });
    return await ended(parts, cycleId);
  } finally {
    await connection.close();
  }
}

async function assertWaits(cycleId: string): Promise<void> {
  await eventually(async () => {
    expect(await pendingActivities(parts, cycleId)).toMatchObject([
      { name: 'executeAction', isRunning: false },
    ]);
  }, 30_000);
}

const settle = (actionId: string) =>
  json<{ status: string }>(`${parts.api}/api/actions/${encodeURIComponent(actionId)}/settle`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ found: 'done' }),
  });

test('while it waits for a lost answer: nobody knows, the lead is told, and a person settles it', async () => {
  const cycleId = await ask('PAY-1', { kind: 'cut_after' });
  await assertWaits(cycleId);

  const { status, outcome, actions } = await cancel(cycleId);

  expect({ status, outcome }).toEqual({ status: 'cancelled', outcome: 'unknown' });
  expect(actions).toMatchObject([
    { status: 'unknown', result: { message: expect.stringContaining('wrong issue') } },
  ]);
  const actionId = String(actions[0]?.id);
  await eventually(
    async () => expect(await toldLead(parts)).toEqual([expect.stringContaining(actionId)]),
    30_000,
  );
  const attention = await json<{ items: { id: string }[] }>(`${parts.api}/api/cycles?attention=true`);
  expect(attention.items.map(({ id }) => id)).toContain(cycleId);
  expect(await settle(actionId)).toMatchObject({ status: 'executed' });
}, 180_000);

test('while it waits for a vendor that took nothing: it is not done, and nobody has to look', async () => {
  const cycleId = await ask('PAY-2', { kind: 'rate_limit', limit: 'issue', ms: 60_000, times: 100 });
  await assertWaits(cycleId);
  const told = await toldLead(parts);

  const { status, outcome, actions } = await cancel(cycleId);

  expect({ status, outcome }).toEqual({ status: 'cancelled', outcome: 'no_action' });
  expect(actions).toMatchObject([{ status: 'obsolete' }]);
  expect(await toldLead(parts)).toEqual(told);
}, 180_000);

test('while the vendor works on it: the answer is waited for, and recorded', async () => {
  const cycleId = await ask('PAY-3', { kind: 'delay', ms: 4_000 });

  const { outcome, actions } = await cancel(cycleId);

  expect(outcome).toBe('acted');
  expect(actions).toMatchObject([{ status: 'executed', result: { remoteId: expect.any(String) } }]);
}, 180_000);
