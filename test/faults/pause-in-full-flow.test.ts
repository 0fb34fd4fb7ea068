/**
 * The brake while effects flow: from its answer on no effect begins, also over kills; what is held is named; resumed, each leaves
 * once. By the order of what was recorded: how many seconds it takes, the bench says.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';
import {
  type Call,
  callsTo,
  ended,
  json,
  makeTrouble,
  pendingActivities,
} from '../support/vendor-trouble.js';

const FLOWING = ['PAY-1', 'PAY-2', 'PAY-3', 'PAY-4', 'PAY-5', 'PAY-6', 'WEB-1', 'WEB-2'];
const LATER = ['PAY-7', 'WEB-3'];
/** Long enough for several to be under way at once. */
const SLOW_MS = 700;

let parts: Parts;
beforeAll(async () => {
  parts = await createParts({ SWEEP_EVERY: '0' });
  await parts.startAll();
}, 120_000);
afterAll(() => parts.dispose());

interface Held {
  readonly paused: boolean;
  readonly heldCount: number;
  readonly held: readonly { readonly id: string; readonly what: string; readonly status: string }[];
}

interface Stood {
  readonly id: string;
  readonly status: string;
  readonly actions: readonly {
    readonly id: string;
    readonly status: string;
    readonly intentAt: string | null;
  }[];
}

async function ask(key: string): Promise<string> {
  const { body } = await parts.deliver(commentDelivery({ key }), `flow-${key}`);
  return String(body.cycleId);
}

const order = (path: 'pause' | 'resume'): Promise<Held> =>
  json(`${parts.api}/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
const held = (): Promise<Held> => json(`${parts.api}/api/pause`);
const comments = (): Promise<readonly Call[]> => callsTo(parts, 'jira', /^POST .*\/comment$/);
const stood = (cycles: readonly string[]): Promise<readonly Stood[]> =>
  Promise.all(cycles.map((id) => json<Stood>(`${parts.api}/api/cycles/${encodeURIComponent(id)}`)));

/** All that left has come back: each of the cycles has ended, or its one action is named as held, and its latest try ended at the brake. */
function calm(cycles: readonly string[]): Promise<Held> {
  return eventually(
    async () => {
      const now = await held();
      const all = await stood(cycles);
      const open = all.filter(({ status }) => status !== 'completed');
      const waiting = open.flatMap(({ actions }) => actions.map(({ id }) => id));
      expect(waiting).toHaveLength(open.length);
      expect(now.held.map(({ id }) => id).toSorted()).toEqual(waiting.toSorted());
      for (const { id } of open) {
        expect(await pendingActivities(parts, id)).toMatchObject([
          { isRunning: false, lastFailure: expect.stringContaining('nothing leaves until') },
        ]);
      }
      return now;
    },
    60_000,
    500,
  );
}

test('from the answer of `pause` on no effect begins, whatever is killed; what is held is named, and leaves once', async () => {
  await makeTrouble(parts, {
    vendor: 'jira',
    match: '^POST .*/comment$',
    kind: 'delay',
    ms: SLOW_MS,
    times: 1_000,
  });
  const flowing = await Promise.all(FLOWING.map(ask));
  await eventually(async () => expect((await comments()).length).toBeGreaterThan(0), 60_000, 20);

  await order('pause');
  const answeredAt = new Date().toISOString();
  const later = await Promise.all(LATER.map(ask));
  const cycles = [...flowing, ...later];
  const first = await calm(cycles);
  const left = await comments();
  const before = await stood(cycles);

  expect(first).toMatchObject({ paused: true, heldCount: first.held.length });
  expect(first.held.map(({ what }) => what)).toEqual(
    expect.arrayContaining(LATER.map((key) => `Comment on ${key}`)),
  );
  // An attempt writes down what it will send, looks at the brake, and sends: what left was written down before the answer.
  const done = before.flatMap(({ actions }) => actions.filter(({ status }) => status === 'executed'));
  expect(left).toHaveLength(done.length);
  for (const { intentAt } of done) {
    expect(String(intentAt) < answeredAt).toBe(true);
  }

  await parts.kill('worker');
  await parts.kill('api');
  await parts.kill('temporal');
  await parts.startAll();
  const again = await calm(cycles);
  expect(again.held.map(({ id }) => id).toSorted()).toEqual(first.held.map(({ id }) => id).toSorted());
  expect(await comments()).toHaveLength(left.length);

  expect(await order('resume')).toMatchObject({ paused: false });
  for (const cycle of cycles) {
    expect((await ended(parts, cycle, 90_000)).actions).toMatchObject([{ status: 'executed' }]);
  }
  const posted = (await comments()).map(({ path }) => path);
  expect(new Set(posted).size).toBe(cycles.length);
  expect(posted).toHaveLength(cycles.length);
  expect(await parts.broken()).toEqual([]);
}, 240_000);
