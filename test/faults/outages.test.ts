/** A vendor that refuses us or is away: what waits, who is told, and how it goes on by itself. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import type { Parts } from '../support/parts.js';
import { startWithLead, toldLead } from '../support/told-lead.js';
import {
  callsTo,
  ended,
  endTrouble,
  json,
  makeTrouble,
  pendingActivities,
} from '../support/vendor-trouble.js';

let parts: Parts;
beforeAll(async () => {
  parts = await startWithLead();
}, 120_000);
afterEach(async () => {
  await endTrouble(parts);
});
afterAll(() => parts.dispose());

async function ask(key: string): Promise<{ readonly cycleId: string; readonly eventId: string }> {
  const { body } = await parts.deliver(commentDelivery({ key }), `outage-${key}-${Date.now()}`);
  return { cycleId: String(body.cycleId), eventId: body.eventId };
}

async function askAll(): Promise<readonly string[]> {
  const asked = await Promise.all(['PAY-1', 'PAY-2', 'PAY-3', 'PAY-4', 'PAY-5'].map(ask));
  return asked.map(({ cycleId }) => cycleId);
}

async function assertActed(cycleIds: readonly string[]): Promise<void> {
  for (const cycleId of cycleIds) {
    expect(await ended(parts, cycleId, 120_000)).toMatchObject({ outcome: 'acted' });
  }
}

const alerts = () => toldLead(parts);

async function checkOf(vendor: string): Promise<string | undefined> {
  const { checks } = await json<{ checks: Record<string, string> }>(`${parts.api}/ready`);
  return checks[vendor];
}

async function waitingForPeople(): Promise<readonly string[]> {
  const { items } = await json<{ items: { id: string }[] }>(`${parts.api}/api/cycles?attention=true`);
  return items.map(({ id }) => id);
}

async function circuitMetric(): Promise<string | undefined> {
  const text = await (await fetch(`${parts.api}/metrics`)).text();
  return /^pm_agent_vendor_circuit_open\{vendor="jira"\} (\d)$/m.exec(text)?.[1];
}

async function audited(): Promise<readonly string[]> {
  const { items } = await json<{ items: { kind: string }[] }>(`${parts.api}/api/audit?limit=500`);
  return items.map(({ kind }) => kind).filter((kind) => kind.startsWith('circuit.'));
}

async function assertWaits(cycleIds: readonly string[]): Promise<void> {
  await eventually(async () => {
    const pending = (await Promise.all(cycleIds.map((id) => pendingActivities(parts, id)))).flat();
    expect(pending.map(({ lastFailure }) => lastFailure)).toEqual(
      cycleIds.map(() => expect.stringContaining('was not sent and waits')),
    );
  }, 60_000);
}

describe('F24: refused credentials', () => {
  test('stop the calls, are told once, and all goes on when they are taken again', async () => {
    await makeTrouble(parts, { vendor: 'jira', kind: 'status', status: 401, times: 1_000_000 });

    const cycleIds = await askAll();
    await assertWaits(cycleIds);
    await eventually(async () => expect(await alerts()).toHaveLength(1));
    await eventually(async () => expect(await checkOf('jira')).toBe('degraded'), 10_000);

    expect(await alerts()).toEqual([expect.stringContaining('Jira refuses the agent')]);
    expect(await circuitMetric()).toBe('1');
    expect(await audited()).toEqual(['circuit.opened']);
    const before = (await callsTo(parts, 'jira', /./)).length;
    await endTrouble(parts);
    await assertActed(cycleIds);
    expect(before).toBeLessThan(40);
    expect(await audited()).toEqual(['circuit.closed', 'circuit.opened']);
    expect(await circuitMetric()).toBe('0');
    expect(await alerts()).toHaveLength(1);
  }, 240_000);

  test('that Jira does not name stop one event alone as well, for as long as it takes', async () => {
    await makeTrouble(parts, { vendor: 'jira', kind: 'expired_token', times: 1_000_000 });
    const told = (await alerts()).length;

    const { cycleId } = await ask('PAY-6');
    await assertWaits([cycleId]);
    // As many tries as end the work where one thing only is refused: these were the circuit's.
    const refused = async () => (await callsTo(parts, 'jira', /./)).length;
    const before = await refused();
    await eventually(async () => expect(await refused()).toBeGreaterThan(before + 2), 150_000);
    expect(await pendingActivities(parts, cycleId)).toHaveLength(1);
    expect(await alerts()).toHaveLength(told);
    expect(await circuitMetric()).toBe('1');
    await endTrouble(parts);

    await assertActed([cycleId]);
    await eventually(async () => expect(await circuitMetric()).toBe('0'), 10_000);
  }, 360_000);

  test('and new ones, which a restarted worker brings, are tried at once, without another alert', async () => {
    await makeTrouble(parts, { vendor: 'jira', kind: 'status', status: 403, times: 1_000_000 });
    const cycleIds = await askAll();
    await assertWaits(cycleIds);
    await eventually(async () => expect(await circuitMetric()).toBe('1'), 10_000);

    await parts.stop('worker');
    await endTrouble(parts);
    await parts.start('worker');

    await assertActed(cycleIds);
    await eventually(async () => expect(await circuitMetric()).toBe('0'), 10_000);
    expect(await alerts()).toHaveLength(1);
  }, 240_000);
});

describe('F23: a vendor that is away', () => {
  test.each([
    [
      'answers 500, 502 and 503',
      [500, 502, 503].map((status) => ({ kind: 'status' as const, status, times: 400 })),
    ],
    ['breaks the connection', [{ kind: 'cut_before' as const, times: 1_000 }]],
  ])(
    'and %s: what needs it waits, and goes on when it is back',
    async (_what, troubles) => {
      await makeTrouble(parts, ...troubles.map((trouble) => ({ vendor: 'jira' as const, ...trouble })));
      const cycleIds = await askAll();
      await assertWaits(cycleIds);

      await endTrouble(parts);

      await assertActed(cycleIds);
    },
    240_000,
  );

  test('for one thing only: that is given up, shown as failed, and a person has it tried again', async () => {
    const match = '/issue/WEB-3/comment$';
    await makeTrouble(parts, { vendor: 'jira', kind: 'status', status: 403, match, times: 1_000 });
    const { cycleId, eventId } = await ask('WEB-3');
    const failed = await ended(parts, cycleId, 120_000);
    const waiting = await waitingForPeople();
    await endTrouble(parts);

    const retried = await json<{ cycleId: string }>(`${parts.api}/api/events/${eventId}/retry`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'the permission is back' }),
    });

    expect(failed).toMatchObject({ outcome: 'failed', actions: [{ status: 'failed' }] });
    expect(waiting).toEqual([cycleId]);
    expect(retried.cycleId).not.toBe(cycleId);
    expect(await ended(parts, retried.cycleId)).toMatchObject({ outcome: 'acted' });
    expect(await waitingForPeople()).toEqual([]);
    const again = await fetch(`${parts.api}/api/events/${eventId}/retry`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(again.status).toBe(409);
  }, 240_000);
});

test('F23, F24: after all of it the promises hold', async () => {
  await parts.settled();

  expect(await parts.broken()).toEqual([]);
}, 90_000);
