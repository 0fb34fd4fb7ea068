/**
 * A worker that ends while its actions stand at any point between the steps that a crash could tear apart: told to
 * (SIGTERM) or killed. Each worker goes on with what the one before it left, and is ended itself.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { brokenEffects, type Counted } from '../soak/effects/check.js';
import { POINTS, type Point } from '../soak/effects/points.js';
import { ASKED_CONFIG, ASKED_KINDS, type Asked, askEffects } from '../support/asked-effects.js';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';
import { prepareStopPoints, stopEnv } from '../support/stop-points/index.js';
import { type CycleView, callsTo, ended, endTrouble, makeTrouble } from '../support/vendor-trouble.js';

/** Each of them waits once until its outcome is settled (45 s), and some of them wait for another. */
const SETTLED_MS = 150_000;
const ROUND_MS = 90_000;

let parts: Parts;
const asked = new Map<string, readonly Asked[]>();
beforeAll(async () => {
  await prepareStopPoints();
  parts = await createParts({ SWEEP_EVERY: '0' });
  writeFileSync(join(parts.dataDir, 'pm-agent.yaml'), ASKED_CONFIG);
  await parts.start('temporal');
  await parts.start('sandbox');
  await parts.start('api');
}, 120_000);
afterAll(() => parts?.dispose());

/** A worker that ends while one action of each kind stands at the point. Answers its exit code. */
async function endWorkerAt(point: Point, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  await parts.start('worker', { env: stopEnv({ point, signal, together: ASKED_KINDS.length }) });
  const effects = await askEffects(parts, {
    n: asked.size + 1,
    kinds: ASKED_KINDS,
    ...(point === 'during_write' ? { beforeWrites: slowWrites } : {}),
  });
  asked.set(`${signal} ${point}`, effects);
  const exitCode = await parts.died('worker');
  await endTrouble(parts);
  return exitCode;
}

/** So that all of them are under way together. */
async function slowWrites(): Promise<void> {
  const ms = 3_000;
  const times = ASKED_KINDS.length;
  await makeTrouble(
    parts,
    {
      vendor: 'jira',
      kind: 'delay',
      match: '^POST /rest/api/3/(?:.*/comment|.*/transitions|issue)$',
      ms,
      times,
    },
    { vendor: 'slack', kind: 'delay', match: 'chat.postMessage', ms, times },
    { vendor: 'bitbucket', kind: 'delay', match: '^POST .*/comments$', ms, times },
  );
}

/** How each of them ended. */
async function effectsOf(name: string): Promise<readonly (Counted & { readonly message: string })[]> {
  return Promise.all(
    (asked.get(name) ?? []).map(async ({ kind, place, cycleId }) => {
      const { actions } = await ended(parts, cycleId, SETTLED_MS);
      expect(actions).toHaveLength(1);
      const [action] = actions as [CycleView['actions'][number]];
      const message = action.result?.message ?? '';
      return {
        kind,
        place,
        attempts: 0,
        planned: { actionId: action.id, action: { kind: action.kind } },
        ended: { status: action.status, message },
        message,
      };
    }),
  );
}

describe('F45: told to end (SIGTERM) while each kind of action stands', () => {
  test.each(POINTS)(
    '%s: it finishes what it began and exits with 0',
    async (point) => {
      expect(await endWorkerAt(point, 'SIGTERM')).toBe(0);
    },
    ROUND_MS,
  );
});

test('F45: what takes longer than the grace of 30 s is let go, nothing new is begun meanwhile, and the next worker does both', async () => {
  const onIssue = async (key: string): Promise<string> =>
    String((await parts.deliver(commentDelivery({ key }), `grace-${key}`)).body.cycleId);
  await parts.start('worker');
  await makeTrouble(parts, { vendor: 'anthropic', kind: 'delay', ms: 90_000, times: 10 });
  const long = await onIssue('WEB-1');
  await eventually(async () => {
    const calls = await callsTo(parts, 'anthropic', /messages/);
    expect(calls.map(({ status }) => status)).toContain(null);
  }, ROUND_MS);

  const stopping = parts.stop('worker');
  const meanwhile = await onIssue('WEB-2');
  expect(await stopping).toBe(0);
  expect(await callsTo(parts, 'jira', /issue\/WEB-2$/)).toEqual([]);
  await endTrouble(parts);
  await parts.start('worker');

  for (const cycleId of [long, meanwhile]) {
    expect(await ended(parts, cycleId, ROUND_MS)).toMatchObject({
      outcome: 'acted',
      actions: [{ status: 'executed' }],
    });
  }
  await parts.stop('worker');
}, 240_000);

describe('F4, F5: killed (SIGKILL) while each kind of action stands', () => {
  test.each(POINTS)(
    '%s',
    async (point) => {
      expect(await endWorkerAt(point, 'SIGKILL')).toBeNull();
    },
    ROUND_MS,
  );
});

test('F4, F5, F45: each effect stands once at its vendor, and a worker that was told to end left nothing open', async () => {
  await parts.startAll();

  const effects = new Map<string, Awaited<ReturnType<typeof effectsOf>>>();
  for (const name of asked.keys()) {
    effects.set(name, await effectsOf(name));
  }

  expect(await brokenEffects(parts.sandbox, Array.from(effects.values()).flat())).toEqual([]);
  const foundLater = Array.from(effects)
    .filter(([name]) => name.startsWith('SIGTERM'))
    .flatMap(([name, group]) => group.map(({ kind, message }) => ({ name, kind, message })))
    .filter(({ message }) => message.includes('found from an earlier attempt'));
  expect(foundLater).toEqual([]);
  expect(effects.size).toBe(2 * POINTS.length);
}, 240_000);

test('F4, F5, F45: after all of it the promises hold', async () => {
  await parts.settled();

  expect(await parts.broken()).toEqual([]);
}, 90_000);
