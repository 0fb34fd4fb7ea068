/** Many events at once where the budget has room for one call at a time: all wait for their turn, and none is lost by waiting. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createIssue } from '../support/jira-board.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';
import { callsTo, ended, makeTrouble } from '../support/vendor-trouble.js';

/** Room for one call of some 0.17 USD at most, and for what all of them cost together. */
const PER_PROJECT = 0.3;
/** One after the other they take longer than ten tries, two seconds apart. */
const EVENTS = 25;
const ANSWER_MS = 1_000;

let parts: Parts;
beforeAll(async () => {
  parts = await createParts();
  writeFileSync(join(parts.dataDir, 'pm-agent.yaml'), `budgets: { perProjectPerDay: ${PER_PROJECT} }\n`);
  await parts.startAll();
}, 120_000);
afterAll(() => parts.dispose());

test('a burst of slow calls shares one budget: every cycle gets its answer, however long it waited', async () => {
  await makeTrouble(parts, { vendor: 'anthropic', kind: 'delay', ms: ANSWER_MS, times: 1_000 });
  const keys = await Promise.all(Array.from({ length: EVENTS }, (_, n) => createIssue(parts, `Burst ${n}`)));
  const asked = await Promise.all(
    keys.map((key, n) => parts.deliver(commentDelivery({ key }), `burst-${n}`)),
  );

  const cycles = await Promise.all(asked.map(({ body }) => ended(parts, String(body.cycleId), 300_000)));

  expect(cycles.map(({ status, outcome }) => `${status} ${outcome}`)).toEqual(
    cycles.map(() => 'completed acted'),
  );
  const calls = (await callsTo(parts, 'anthropic', /messages$/)).map(({ at }) => Date.parse(at));
  const lasted = Math.max(...calls) - Math.min(...calls);
  expect(lasted).toBeGreaterThan(20_000);
  expect(await parts.broken()).toEqual([]);
}, 400_000);
