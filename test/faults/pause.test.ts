/** The brake with everything real: nothing leaves whatever is killed, what is held leaves once, and an undo still goes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';
import { type Call, callsTo, ended } from '../support/vendor-trouble.js';

let parts: Parts;
beforeAll(async () => {
  parts = await createParts({ SWEEP_EVERY: '0' });
  await parts.startAll();
}, 120_000);
afterAll(() => parts.dispose());

async function ask(key: string): Promise<string> {
  const { body } = await parts.deliver(commentDelivery({ key }), `pause-${key}`);
  return String(body.cycleId);
}

async function api(method: string, path: string): Promise<any> {
  const answer = await fetch(`${parts.api}${path}`, {
    method,
    ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: '{}' }),
  });
  expect(answer.status).toBe(200);
  return answer.json();
}

const writes = (key: string): Promise<readonly Call[]> =>
  callsTo(parts, 'jira', new RegExp(`^(POST|PUT|DELETE) .*/issue/${key}/`));

test('paused, the agent reasons on and writes nothing, whatever is killed; resumed, each effect leaves once', async () => {
  const before = await ended(parts, await ask('PAY-1'), 30_000);
  expect(before.actions).toMatchObject([{ status: 'executed' }]);
  await api('POST', '/api/pause');
  const held = await Promise.all(['PAY-2', 'PAY-3'].map(ask));
  await eventually(async () => {
    expect(await api('GET', '/api/pause')).toMatchObject({ paused: true, heldCount: 2 });
  }, 30_000);

  await parts.kill('worker');
  await parts.kill('api');
  await parts.kill('temporal');
  await parts.startAll();
  // Longer than an attempt waits for the next one.
  await sleep(7_000);

  expect(await api('GET', '/api/pause')).toMatchObject({ paused: true, heldCount: 2 });
  expect(await writes('PAY-2')).toEqual([]);
  expect(await writes('PAY-3')).toEqual([]);
  const [answer] = before.actions;
  await expect(api('POST', `/api/actions/${answer?.id}/undo`)).resolves.toMatchObject({ status: 'undone' });
  expect(await writes('PAY-1')).toHaveLength(2);

  await api('POST', '/api/resume');
  for (const cycleId of held) {
    const cycle = await ended(parts, cycleId, 60_000);
    expect(cycle.actions).toMatchObject([{ status: 'executed' }]);
  }
  expect(await writes('PAY-2')).toHaveLength(1);
  expect(await writes('PAY-3')).toHaveLength(1);
  expect(await parts.broken()).toEqual([]);
}, 180_000);
