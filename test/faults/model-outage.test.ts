/** F27: the model is away. Every event waits, one alert tells of it, and all are answered when it is back. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
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
afterAll(() => parts.dispose());

const alerts = () => toldLead(parts);

test('one alert, no event given up, and an answer to each when it is back', async () => {
  await makeTrouble(parts, { vendor: 'anthropic', kind: 'status', status: 529, times: 1_000_000 });
  const keys = ['PAY-1', 'PAY-2', 'PAY-4', 'PAY-5', 'PAY-7'];
  const asked = await Promise.all(keys.map((key) => parts.deliver(commentDelivery({ key }), `away-${key}`)));
  const cycleIds = asked.map(({ body }) => String(body.cycleId));
  await eventually(async () => {
    const pending = (await Promise.all(cycleIds.map((id) => pendingActivities(parts, id)))).flat();
    expect(pending.map(({ lastFailure }) => lastFailure)).toEqual(
      cycleIds.map(() => expect.stringContaining('claude does not answer')),
    );
    expect(await alerts()).toHaveLength(1);
  }, 90_000);
  const { checks } = await json<{ checks: Record<string, string> }>(`${parts.api}/ready`);
  const calls = (await callsTo(parts, 'anthropic', /messages$/)).length;

  await endTrouble(parts);

  for (const cycleId of cycleIds) {
    expect(await ended(parts, cycleId, 120_000)).toMatchObject({ status: 'completed', outcome: 'acted' });
  }
  expect(checks['claude']).toBe('degraded');
  expect(calls).toBeLessThan(20);
  const [alert] = await alerts();
  expect(alert).toContain('Claude does not answer the agent');
  expect(await alerts()).toHaveLength(1);
}, 240_000);
