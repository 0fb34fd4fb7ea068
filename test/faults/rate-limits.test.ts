/** A vendor asks for a pause: what waits, what goes on, and that nothing ends because of it. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';
import { callsTo, ended, endTrouble, makeTrouble, pendingActivities } from '../support/vendor-trouble.js';

const PAUSE_MS = 12_000;

let parts: Parts;
beforeAll(async () => {
  parts = await createParts();
  await parts.startAll();
}, 120_000);
afterEach(async () => {
  await endTrouble(parts);
});
afterAll(() => parts.dispose());

async function ask(key: string): Promise<string> {
  const { body } = await parts.deliver(commentDelivery({ key }), `limit-${key}-${Date.now()}`);
  return String(body.cycleId);
}

const comments = (key: string) => callsTo(parts, 'jira', new RegExp(`^POST .*/issue/${key}/comment$`));

/** When the one refusal came. */
async function refusedAt(match: RegExp): Promise<number> {
  return eventually(async () => {
    const refused = (await callsTo(parts, 'jira', match)).filter(({ status }) => status === 429);
    expect(refused).toHaveLength(1);
    return Date.parse(String(refused[0]?.at));
  });
}

async function assertActed(...cycleIds: readonly string[]): Promise<void> {
  for (const cycleId of cycleIds) {
    expect(await ended(parts, cycleId)).toMatchObject({
      outcome: 'acted',
      actions: [{ status: 'executed' }],
    });
  }
}

/** Calls that a cycle makes together reach the vendor within this time of each other. */
const UNDER_WAY_MS = 1_000;

/** Times since the refusal, in milliseconds. */
async function since(refused: number, match: RegExp): Promise<readonly number[]> {
  const calls = await callsTo(parts, 'jira', match);
  return calls.map(({ at }) => Date.parse(at) - refused).filter((time) => time > 0);
}

test('F20: burst-based: that endpoint waits for all issues, the others go on', async () => {
  const match = '^POST .*/issue/[^/]+/comment$';
  await makeTrouble(parts, { vendor: 'jira', kind: 'rate_limit', limit: 'burst', ms: PAUSE_MS, match });

  const first = await ask('PAY-1');
  const refused = await refusedAt(/^POST .*\/comment$/);
  const second = await ask('PAY-2');
  await assertActed(first, second);

  const sent = await since(refused, /^POST .*\/issue\/[^/]+\/comment$/);
  expect(sent).toHaveLength(2);
  expect(Math.min(...sent)).toBeGreaterThanOrEqual(PAUSE_MS);
  expect(Math.min(...(await since(refused, /^GET .*\/issue\/PAY-2$/)))).toBeLessThan(PAUSE_MS);
}, 90_000);

test('F21: per issue on write: only that issue slows', async () => {
  const match = '^POST .*/issue/PAY-3/comment$';
  await makeTrouble(parts, { vendor: 'jira', kind: 'rate_limit', limit: 'issue', ms: PAUSE_MS, match });

  const slow = await ask('PAY-3');
  const refused = await refusedAt(/PAY-3\/comment$/);
  const other = await ask('PAY-4');
  await assertActed(slow, other);

  const [first] = await since(refused, /^POST .*\/issue\/PAY-3\/comment$/);
  expect(first).toBeGreaterThanOrEqual(PAUSE_MS);
  expect((await since(refused, /^POST .*\/issue\/PAY-4\/comment$/))[0]).toBeLessThan(PAUSE_MS);
  expect(await comments('PAY-3')).toHaveLength(2);
}, 90_000);

test('F22: quota: the whole client pauses until the reset; cycles wait, hold no worker slot, and do not fail', async () => {
  const match = '^GET .*/issue/PAY-5$';
  await makeTrouble(parts, { vendor: 'jira', kind: 'rate_limit', limit: 'quota', ms: PAUSE_MS, match });

  const first = await ask('PAY-5');
  const refused = await refusedAt(/^GET .*\/issue\/PAY-5$/);
  const others = [await ask('PAY-6'), await ask('WEB-1'), await ask('WEB-2')];
  const waiting = await eventually(async () => {
    const pending = (await Promise.all(others.map((id) => pendingActivities(parts, id)))).flat();
    expect(pending.map(({ lastFailure }) => lastFailure)).toEqual(
      others.map(() =>
        expect.stringMatching(
          /^jira asked for a pause: (?:GET \S+|POST \S+\/comment\/list) was not sent and waits \d+ s$/,
        ),
      ),
    );
    return pending;
  }, PAUSE_MS - 2_000);
  await assertActed(first, ...others);

  expect(waiting.map(({ isRunning }) => isRunning)).toEqual([false, false, false]);
  // What is read beside the refused call was under way already.
  const all = (await since(refused, /./)).filter((time) => time > UNDER_WAY_MS);
  expect(Math.min(...all)).toBeGreaterThanOrEqual(PAUSE_MS);
}, 90_000);

test('F20 to F22: after all of it the promises hold', async () => {
  await parts.settled();

  expect(await parts.broken()).toEqual([]);
}, 90_000);
