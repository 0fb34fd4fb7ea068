/** Temporal is away, refuses, or lost what it knew: nothing that was acknowledged is lost or done twice. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';
import { startRefusingTemporal } from '../support/refusing-temporal.js';

let parts: Parts;
afterEach(() => parts.dispose());

const ISSUES = ['PAY-1', 'PAY-2', 'PAY-3', 'WEB-1', 'WEB-2'];

interface EventView {
  readonly id: string;
  readonly status: string;
  readonly cycleId: string;
  readonly coalescedInto: string | null;
  readonly subject: string;
}

async function json<T>(path: string): Promise<T> {
  return (await (await fetch(parts.api + path)).json()) as T;
}

async function eventsOf(query: string): Promise<readonly EventView[]> {
  return (await json<{ items: EventView[] }>(`/api/events?limit=500&${query}`)).items;
}

async function deliverMany(count: number, prefix: string): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const body = commentDelivery({ key: ISSUES[n % ISSUES.length] ?? 'PAY-1' });
    statuses.push((await parts.deliver(body, `${prefix}-${n}`)).status);
  }
  return statuses;
}

async function checks(): Promise<{
  readonly http: number;
  readonly temporal: string;
  readonly database: string;
}> {
  const answer = await fetch(`${parts.api}/ready`);
  const { checks: found } = (await answer.json()) as { checks: { temporal: string; database: string } };
  return { http: answer.status, ...found };
}

test('F10, F11: Temporal away at boot and for 500 deliveries: all acknowledged, all answered in order once it is there', async () => {
  parts = await createParts({ COALESCE_WINDOW: '300ms' });
  await parts.start('sandbox');
  await parts.start('api');

  const statuses = await deliverMany(500, 'f10');
  const meanwhile = await checks();
  await parts.start('temporal');
  await parts.start('worker');
  await parts.settled(120_000);

  expect(new Set(statuses)).toEqual(new Set([202]));
  expect(meanwhile).toMatchObject({ http: 200, temporal: 'degraded', database: 'ok' });
  expect((await fetch(`${parts.api}/health`)).status).toBe(200);
  for (const key of ISSUES) {
    // Newest first. What was claimed before Temporal was found missing has a leader of its own; the last one leads the rest.
    const events = await eventsOf(`subject=jira:${key}`);
    const leaders = events.filter((event) => event.coalescedInto === null);
    expect(events).toHaveLength(100);
    expect(leaders[0]).toEqual(events[0]);
    expect(leaders.length).toBeLessThanOrEqual(2);
    for (const [position, event] of events.entries()) {
      const leader = events.findIndex((other) => other.cycleId === (event.coalescedInto ?? event.cycleId));
      expect(leader).toBeLessThanOrEqual(position);
      expect(events[leader]?.coalescedInto).toBeNull();
    }
  }
  expect(await parts.broken()).toEqual([]);
}, 240_000);

test.each([
  ['RESOURCE_EXHAUSTED', 8],
  ['UNAVAILABLE', 14],
])(
  'F12: Temporal answers %s: deliveries are accepted, it is asked gently, and all are answered once it takes them',
  async (_name, status) => {
    parts = await createParts();
    const refusing = await startRefusingTemporal(status, parts.temporalAddress);
    await parts.start('sandbox');
    await parts.start('api');

    const statuses = await deliverMany(50, 'f12');
    await sleep(6_000);
    const calls = refusing.callsOf('StartWorkflowExecution');
    await refusing.close();

    expect(new Set(statuses)).toEqual(new Set([202]));
    // Five lanes wait for six seconds: half a second, doubled, with jitter; never once a row and second.
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.length).toBeLessThan(12);
    expect(await eventsOf('status=received')).toHaveLength(50);
    await parts.start('temporal');
    await parts.start('worker');
    expect(await parts.broken()).toEqual([]);
  },
  150_000,
);

test('F13: Temporal’s store is wiped mid-run: lost workflows are found and started again, effects stand once', async () => {
  parts = await createParts();
  await parts.startAll();
  // One cycle acts and ends; one acts only after its store was lost: the model hangs for that long.
  await parts.deliver(commentDelivery({ key: 'PAY-1' }), 'f13-before');
  await parts.settled();
  await hangModel(parts, 4_000);
  await parts.deliver(commentDelivery({ key: 'PAY-2' }), 'f13-during');
  await eventually(async () => expect(await eventsOf('status=started')).toHaveLength(1));

  await parts.kill('temporal');
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(join(parts.dataDir, `temporal.db${suffix}`), { force: true });
  }
  await parts.start('temporal');
  await parts.deliver(commentDelivery({ key: 'PAY-3' }), 'f13-after');
  await parts.settled(120_000);

  for (const delivery of ['f13-before', 'f13-during', 'f13-after']) {
    expect(await json(`/api/cycles/cycle-jira-${delivery}`)).toMatchObject({
      status: 'completed',
      outcome: 'acted',
    });
  }
  expect(await parts.broken()).toEqual([]);
}, 240_000);

async function hangModel(on: Parts, ms: number): Promise<void> {
  await fetch(`${on.sandbox}/_faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ vendor: 'anthropic', match: 'POST', kind: 'delay', ms, times: 1 }),
  });
}
