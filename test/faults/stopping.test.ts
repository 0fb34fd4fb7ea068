/**
 * A worker that ends while its actions stand at any point between the steps that a crash could tear apart: told to
 * (SIGTERM) or killed. Each worker goes on with what the one before it left, and is ended itself.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { brokenEffects, type Counted } from '../soak/effects/check.js';
import { EFFECT_KINDS, type Place, REPOSITORY, type SoakKind } from '../soak/effects/kinds.js';
import { placesOf } from '../soak/effects/places.js';
import { POINTS, type Point } from '../soak/effects/points.js';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';
import { prepareStopPoints, stopEnv } from '../support/stop-points/index.js';
import {
  type CycleView,
  callsTo,
  ended,
  endTrouble,
  json,
  makeTrouble,
  scriptModel,
} from '../support/vendor-trouble.js';

/** One of each way to find again what was made: its mark at three vendors, the search, how it stands, an edited note. */
const KINDS = [
  'jira.comment',
  'jira.transition',
  'jira.create_issue',
  'slack.message',
  'bitbucket.pr_comment',
  'note on an issue',
] as const satisfies readonly SoakKind[];

/** All of them by themselves, and no limit of how many. */
const CONFIG = `
policy: { default: auto }
limits: { actionsPerSubjectPerHour: 1000, messagesPerChannelPerHour: 1000 }
teams:
  - { id: web, jira: { projects: [WEB] }, bitbucket: { repositories: [${REPOSITORY}] }, slack: { channel: C0WEB } }
`;
/** Each of them waits once until its outcome is settled (45 s), and some of them wait for another. */
const SETTLED_MS = 150_000;
const ROUND_MS = 60_000;

interface Asked {
  readonly kind: SoakKind;
  readonly place: Place;
  readonly cycleId: string;
}

let parts: Parts;
const asked = new Map<string, readonly Asked[]>();
beforeAll(async () => {
  await prepareStopPoints();
  parts = await createParts({ SWEEP_EVERY: '0' });
  writeFileSync(join(parts.dataDir, 'pm-agent.yaml'), CONFIG);
  await parts.start('temporal');
  await parts.start('sandbox');
  await parts.start('api');
}, 120_000);
afterAll(() => parts?.dispose());

/** One event for each kind, to which the model answers with that very action. */
async function askAll(name: string): Promise<void> {
  // What is made for them is no event.
  await makeTrouble(
    parts,
    { vendor: 'jira', kind: 'lose_webhook', times: 1_000 },
    { vendor: 'bitbucket', kind: 'lose_webhook', match: '^pullrequest:created$', times: 1_000 },
  );
  const places = await placesOf(parts.sandbox, { n: asked.size + 1, kinds: KINDS });
  const wanted = KINDS.map((kind, i) => ({ kind, place: places[i] as Place }));
  await scriptModel(
    parts,
    wanted.map(({ kind, place }) => ({ match: wishOf(place), actions: [EFFECT_KINDS[kind].action(place)] })),
  );
  asked.set(name, await Promise.all(wanted.map(ask)));
}

/** What the question names; the effect's own word would make it look like the effect. */
const wishOf = ({ word }: Place): string => word.replace('effect', 'wish');

async function ask({ kind, place }: Omit<Asked, 'cycleId'>): Promise<Asked> {
  const text = `@PM Agent please see to ${wishOf(place)}`;
  if (kind === 'bitbucket.pr_comment') {
    return { kind, place, cycleId: await askOnPullRequest(place.runPullRequest, text) };
  }
  const key = kind === 'jira.comment' ? place.runIssue : place.ownIssue;
  const { body } = await parts.deliver(commentDelivery({ key, text }), `stop-${place.word}`);
  return { kind, place, cycleId: String(body.cycleId) };
}

/** The simulated Bitbucket sends the webhook itself. */
async function askOnPullRequest(id: number, raw: string): Promise<string> {
  await json(`${parts.sandbox}/bitbucket/repositories/${REPOSITORY}/pullrequests/${id}/comments`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from('ana:any').toString('base64')}`,
    },
    body: JSON.stringify({ content: { raw } }),
  });
  const subject = encodeURIComponent(`bitbucket:${REPOSITORY}#${id}`);
  return eventually(async () => {
    const { items } = await json<{ items: CycleView[] }>(`${parts.api}/api/cycles?subject=${subject}`);
    expect(items).toHaveLength(1);
    return String(items[0]?.id);
  });
}

/** A worker that ends while one action of each kind stands at the point. Answers its exit code. */
async function endWorkerAt(point: Point, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  await parts.start('worker', { env: stopEnv({ point, signal, together: KINDS.length }) });
  await askAll(`${signal} ${point}`);
  if (point === 'during_write') {
    await slowWrites();
  }
  const exitCode = await parts.died('worker');
  await endTrouble(parts);
  return exitCode;
}

/** So that all of them are under way together. */
async function slowWrites(): Promise<void> {
  const ms = 3_000;
  const times = KINDS.length;
  await makeTrouble(
    parts,
    { vendor: 'jira', kind: 'delay', match: '^POST .*/(?:comment|transitions|issue)$', ms, times },
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

describe('F4, F5: killed (SIGKILL) while each kind of action stands', () => {
  test.each(POINTS)(
    '%s',
    async (point) => {
      expect(await endWorkerAt(point, 'SIGKILL')).toBeNull();
    },
    ROUND_MS,
  );
});

test('F45: what takes longer than the grace of 30 s is let go, nothing new is begun meanwhile, and the next worker does both', async () => {
  const onIssue = async (key: string): Promise<string> =>
    String((await parts.deliver(commentDelivery({ key }), `grace-${key}`)).body.cycleId);
  await parts.start('worker');
  await makeTrouble(parts, { vendor: 'anthropic', kind: 'delay', ms: 90_000 });
  const long = await onIssue('WEB-1');
  await eventually(async () =>
    expect((await callsTo(parts, 'anthropic', /messages/)).at(-1)?.status).toBeNull(),
  );

  const stopping = parts.stop('worker');
  const meanwhile = await onIssue('WEB-2');
  expect(await stopping).toBe(0);
  expect(await callsTo(parts, 'jira', /issue\/WEB-2$/)).toEqual([]);
  await endTrouble(parts);
  await parts.start('worker');

  for (const cycleId of [long, meanwhile]) {
    expect(await ended(parts, cycleId)).toMatchObject({
      outcome: 'acted',
      actions: [{ status: 'executed' }],
    });
  }
}, 150_000);

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
