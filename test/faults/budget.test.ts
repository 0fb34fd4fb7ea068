/** F49's other half: however much comes in, the model costs no more than the budgets allow, and no event is lost for it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createIssue } from '../support/jira-board.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';

/** Room for one call at a time, which may cost some 0.17 USD and costs a hundredth of that. */
const PER_PROJECT = 0.2;
const EVENTS = 40;

interface Cycle {
  readonly id: string;
  readonly status: string;
  readonly summary: string;
  readonly cost: number;
}

let parts: Parts;
beforeAll(async () => {
  parts = await createParts();
  writeFileSync(join(parts.dataDir, 'pm-agent.yaml'), `budgets: { perProjectPerDay: ${PER_PROJECT} }\n`);
  await parts.startAll();
}, 120_000);
afterAll(() => parts.dispose());

async function cyclesNow(): Promise<readonly Cycle[]> {
  const answer = await fetch(`${parts.api}/api/cycles?limit=500`);
  return ((await answer.json()) as { items: Cycle[] }).items;
}

test('F49: a flood asks the model only as far as the budget goes; the rest ends without it, and says so', async () => {
  const keys = await Promise.all(Array.from({ length: EVENTS }, (_, n) => createIssue(parts, `Flood ${n}`)));
  await Promise.all(keys.map((key, n) => parts.deliver(commentDelivery({ key }), `budget-${n}`)));
  await parts.settled(300_000);

  const cycles = (await cyclesNow()).filter(({ id }) => id.startsWith('cycle-jira-budget-'));
  expect(cycles).toHaveLength(EVENTS);
  expect(new Set(cycles.map(({ status }) => status))).toEqual(new Set(['completed']));
  const spent = cycles.reduce((sum, { cost }) => sum + cost, 0);
  expect(spent).toBeGreaterThan(0);
  expect(spent).toBeLessThanOrEqual(PER_PROJECT);
  const unasked = cycles.filter(({ cost }) => cost === 0);
  expect(unasked.length).toBeGreaterThan(0);
  const said = unasked.map(({ summary }) => summary.includes('over budget, so the model was not asked'));
  expect(new Set(said)).toEqual(new Set([true]));
  expect(await parts.broken()).toEqual([]);
}, 330_000);
