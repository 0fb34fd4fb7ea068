/** Repeats, disorder, lateness and floods at the door, with everything running. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { eventually } from '../support/eventually.js';
import { commentDelivery, createdDelivery, updateDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';

interface EventView {
  readonly deliveryId: string;
  readonly cycleId: string;
  readonly coalescedInto: string | null;
  readonly startedAt: string | null;
}

interface CycleView {
  readonly status: string;
  readonly outcome: string | null;
}

const MINUTE_MS = 60_000;

let parts: Parts;
beforeAll(async () => {
  parts = await createParts({ COALESCE_WINDOW: '1s' });
  await parts.startAll();
}, 120_000);
afterAll(() => parts.dispose());

async function json<T>(path: string): Promise<T> {
  return (await (await fetch(parts.api + path)).json()) as T;
}

/** As one of the simulated team. */
async function sandbox(method: string, path: string, body?: object): Promise<any> {
  const answer = await fetch(parts.sandbox + path, {
    method,
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from('ana@acme.example:any').toString('base64')}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  const text = await answer.text();
  return text === '' ? null : JSON.parse(text);
}

async function eventsOf(key: string): Promise<readonly EventView[]> {
  return (await json<{ items: EventView[] }>(`/api/events?limit=500&subject=jira:${key}`)).items;
}

async function ended(delivery: string): Promise<CycleView> {
  return eventually(async () => {
    const cycle = await json<CycleView>(`/api/cycles/cycle-jira-${delivery}`);
    expect(['completed', 'coalesced', 'failed']).toContain(cycle.status);
    return cycle;
  }, 60_000);
}

test('F32: one delivery a hundred times at the same moment: a hundred 2xx, one row, one workflow', async () => {
  const body = commentDelivery({ key: 'PAY-1' });

  const answers = await Promise.all(Array.from({ length: 100 }, () => parts.deliver(body, 'f32')));
  await ended('f32');

  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(99);
  expect(new Set(answers.map((answer) => answer.body.eventId)).size).toBe(1);
  const connection = await Connection.connect({ address: parts.temporalAddress });
  await eventually(async () => {
    const { count } = await new Client({ connection }).workflow.count('WorkflowId = "cycle-jira-f32"');
    expect(count).toBe(1);
  });
  await connection.close();
});

describe('F33: reordered', () => {
  test('within the window the newest by the vendor’s clock leads, in each of the 24 orders of four events', async () => {
    const times = [1, 2, 3, 4].map((n) => Date.now() - MINUTE_MS + n * 1_000);
    const bodies = [createdDelivery, updateDelivery, commentDelivery, updateDelivery];
    const orders = permutations([0, 1, 2, 3]);

    for (const [number, order] of orders.entries()) {
      for (const index of order) {
        const what = { key: `ORD-${number + 1}`, at: times[index] ?? 0 };
        const answer = await parts.deliver(bodies[index]?.(what) ?? {}, `f33-${number}-${index}`);
        expect(answer.status).toBe(202);
      }
    }
    await parts.settled();

    for (const number of orders.keys()) {
      const leaders = (await eventsOf(`ORD-${number + 1}`)).filter((event) => event.coalescedInto === null);
      expect(leaders.map((event) => event.deliveryId)).toEqual([`f33-${number}-3`]);
    }
  });

  test('after the newer one was answered an older change points at that answer and does nothing', async () => {
    const now = Date.now();
    await parts.deliver(commentDelivery({ key: 'PAY-2', at: now }), 'f33-newer');
    expect(await ended('f33-newer')).toMatchObject({ outcome: 'acted' });
    await parts.settled();

    await parts.deliver(updateDelivery({ key: 'PAY-2', at: now - 5 * MINUTE_MS }), 'f33-older');

    expect(await ended('f33-older')).toMatchObject({ status: 'coalesced' });
    const older = (await eventsOf('PAY-2')).find((event) => event.deliveryId === 'f33-older');
    expect(older?.coalescedInto).toBe('cycle-jira-f33-newer');
  });
});

test('F34: 75 minutes late, after five tries of Jira: accepted, and answered from what stands there now', async () => {
  const late = commentDelivery({ key: 'PAY-3', at: Date.now() - 75 * MINUTE_MS });
  await sandbox('POST', '/_faults', { vendor: 'jira', kind: 'lose_webhook', times: 1 });
  await sandbox('PUT', '/jira/rest/api/2/issue/PAY-3', { fields: { summary: 'Renamed since' } });

  const answer = await parts.deliver(late, 'f34', { 'x-atlassian-webhook-retry': '5' });

  expect(answer.status).toBe(202);
  expect(await ended('f34')).toMatchObject({ status: 'completed', outcome: 'acted' });
  const { comments } = await sandbox('GET', '/jira/rest/api/2/issue/PAY-3/comment');
  expect(comments.at(-1).body).toContain('PAY-3 (Renamed since)');
});

test('F49: 400 changes of one bulk edit: accepted, one look at each issue, and a person is answered meanwhile', async () => {
  const issues = Array.from({ length: 100 }, (_, n) => `BULK-${n + 1}`);
  const bulk = { 'x-atlassian-webhook-flow': 'Secondary' };
  const edits = Array.from({ length: 4 }, () => issues).flat();
  const answers = await Promise.all(
    edits.map((key, n) => parts.deliver(updateDelivery({ key }), `f49-${n}`, bulk)),
  );

  await parts.deliver(commentDelivery({ key: 'WEB-1' }), 'f49-person');
  await ended('f49-person');
  const waitingThen = (await json<{ items: unknown[] }>('/api/events?limit=500&status=received')).items
    .length;
  await parts.settled(120_000);

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(waitingThen).toBeGreaterThan(0);
  const looks = await Promise.all(
    issues.map(async (key) => (await eventsOf(key)).filter((event) => event.coalescedInto === null).length),
  );
  expect(looks.every((leaders) => leaders >= 1)).toBe(true);
  expect(looks.reduce((sum, leaders) => sum + leaders, 0)).toBeLessThan(200);
}, 240_000);

test('after all of it the promises hold', async () => {
  await parts.settled();

  expect(await parts.broken()).toEqual([]);
}, 90_000);

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items.length <= 1
    ? [items]
    : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
