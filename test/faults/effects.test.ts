/** Writes that are torn apart: a killed worker, a lost answer, a late one, a worker that is asked to end. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';
import {
  type Call,
  type CycleView,
  callsTo,
  ended,
  endTrouble,
  makeTrouble,
} from '../support/vendor-trouble.js';

/** Nothing is sent again before 45 s have passed (SETTLED_AFTER_MS); a dead worker is noticed within five more. */
const SETTLED_MS = 90_000;

let parts: Parts;
beforeAll(async () => {
  // The sweep's reads are POSTs at Slack: the point before a write must be before one of ours.
  parts = await createParts({ SWEEP_EVERY: '0' });
  await parts.start('temporal');
  await parts.start('sandbox');
  await parts.start('api');
}, 120_000);
afterEach(async () => {
  await endTrouble(parts);
});
afterAll(() => parts.dispose());

/** A question on an issue, which the agent answers with one comment. Answers its cycle. */
async function ask(key: string): Promise<string> {
  const { body } = await parts.deliver(commentDelivery({ key }), `effect-${key}-${Date.now()}`);
  return String(body.cycleId);
}

const postsOf = (key: string): Promise<readonly Call[]> =>
  callsTo(parts, 'jira', new RegExp(`^POST .*/issue/${key}/comment$`));

/** Comments of the agent that stand on an issue now, by the action that made them. */
async function standing(key: string, cycle: CycleView): Promise<number> {
  const state = await (await fetch(`${parts.sandbox}/_state`)).text();
  const [action] = cycle.actions;
  expect(action?.target).toBe(`jira:${key}`);
  return state.split(`"actionId":${JSON.stringify(action?.id)}`).length - 1;
}

async function startDying(failpoint: 'before_write' | 'after_write'): Promise<void> {
  rmSync(join(parts.dataDir, `failpoint-${failpoint}`), { force: true });
  await parts.start('worker', { failpoint });
}

test('F4: killed before the write: it is sent once, by the next worker', async () => {
  await startDying('before_write');
  const cycleId = await ask('PAY-1');
  await parts.died('worker');
  await parts.start('worker');

  const cycle = await ended(parts, cycleId, SETTLED_MS);

  expect(cycle.actions).toMatchObject([{ status: 'executed' }]);
  expect(await postsOf('PAY-1')).toHaveLength(1);
  expect(await standing('PAY-1', cycle)).toBe(1);
  await parts.stop('worker');
}, 150_000);

test('F5: killed after the effect, before its record: the next worker finds it and sends nothing', async () => {
  await startDying('after_write');
  const cycleId = await ask('PAY-2');
  await parts.died('worker');
  await parts.start('worker');

  const cycle = await ended(parts, cycleId, SETTLED_MS);

  expect(cycle.actions).toMatchObject([
    { status: 'executed', result: { message: expect.stringContaining('found from an earlier attempt') } },
  ]);
  expect(await postsOf('PAY-2')).toHaveLength(1);
  expect(await standing('PAY-2', cycle)).toBe(1);
  await parts.stop('worker');
}, 150_000);

describe('an answer that does not come', () => {
  beforeAll(() => parts.start('worker'), 60_000);
  afterAll(() => parts.stop('worker'));

  const post = (key: string) => `^POST .*/issue/${key}/comment$`;

  /** All of them at once, each on an issue of its own: each waits for 45 s. */
  test('F6, F7, F8, F9: lost after the effect, lost before it, a marker that shows late, an answer after the timeout', async () => {
    await makeTrouble(
      parts,
      { vendor: 'jira', kind: 'cut_after', match: post('PAY-3') },
      { vendor: 'jira', kind: 'cut_before', match: post('PAY-4') },
      { vendor: 'jira', kind: 'cut_after', match: post('PAY-5') },
      { vendor: 'jira', kind: 'hide_markers', match: post('PAY-5'), ms: 47_000 },
      { vendor: 'jira', kind: 'delay', match: post('PAY-6'), ms: 30_000 },
    );
    const keys = ['PAY-3', 'PAY-4', 'PAY-5', 'PAY-6'];

    const cycleIds = await Promise.all(keys.map(ask));
    const cycles = await Promise.all(cycleIds.map((cycleId) => ended(parts, cycleId, SETTLED_MS)));

    for (const [index, cycle] of cycles.entries()) {
      expect(cycle.actions).toMatchObject([{ status: 'executed' }]);
      expect(await standing(String(keys[index]), cycle)).toBe(1);
    }
    const sent = await Promise.all(keys.map(async (key) => (await postsOf(key)).length));
    expect(sent).toEqual([1, 2, 1, 1]);
    const [first, second] = await postsOf('PAY-4');
    expect(Date.parse(String(second?.at)) - Date.parse(String(first?.at))).toBeGreaterThan(44_000);
  }, 150_000);
});

test('F45: SIGTERM while activities read, reason and write: they end, the process exits 0, each effect stands once', async () => {
  await parts.start('worker');
  await makeTrouble(
    parts,
    { vendor: 'jira', kind: 'delay', match: '^GET .*/issue/WEB-1$', ms: 3_000 },
    { vendor: 'jira', kind: 'delay', match: '^POST .*/issue/WEB-2/comment$', ms: 4_000 },
  );
  const writing = await ask('WEB-2');
  await eventually(async () => expect(await postsOf('WEB-2')).toHaveLength(1), 20_000, 50);
  await makeTrouble(parts, { vendor: 'anthropic', kind: 'delay', ms: 4_000 });
  const reasoning = await ask('WEB-3');
  await eventually(
    async () => expect((await callsTo(parts, 'anthropic', /messages/)).at(-1)?.status).toBeNull(),
    20_000,
    50,
  );
  const reading = await ask('WEB-1');
  await eventually(async () =>
    expect((await callsTo(parts, 'jira', /^GET .*\/issue\/WEB-1$/)).length).toBeGreaterThan(0),
  );

  const exitCode = await parts.stop('worker');
  await parts.start('worker');
  const cycles = await Promise.all([writing, reasoning, reading].map((id) => ended(parts, id)));

  expect(exitCode).toBe(0);
  expect(cycles.flatMap(({ actions }) => actions.map(({ status }) => status))).toEqual([
    'executed',
    'executed',
    'executed',
  ]);
  for (const key of ['WEB-1', 'WEB-2', 'WEB-3']) {
    expect(await postsOf(key)).toHaveLength(1);
  }
}, 150_000);

test('F4 to F9, F45: after all of it the promises hold', async () => {
  await parts.settled();

  expect(await parts.broken()).toEqual([]);
}, 90_000);
