/** One change, one name: whatever people do at the vendors, webhooks and the sweep call it the same. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createScopeReaders } from '../../src/activities/sweep/index.js';
import { bitbucketDoor } from '../../src/api/webhooks/bitbucket.js';
import type { WebhookDoor } from '../../src/api/webhooks/door.js';
import { jiraDoor } from '../../src/api/webhooks/jira.js';
import { slackEventsDoor } from '../../src/api/webhooks/slack.js';
import { sameChangeElsewhere } from '../../src/domain/change-key.js';
import type { PmEvent } from '../../src/domain/event.js';
import type { ScopeKind } from '../../src/domain/sweep.js';
import { createBitbucketChanges } from '../../src/integrations/bitbucket/changes-client.js';
import { createJiraChanges } from '../../src/integrations/jira/changes-client.js';
import { createSlackChanges } from '../../src/integrations/slack/changes-client.js';
import { createSlack } from '../../src/integrations/slack/client.js';
import { createWorld, type World } from '../activities/support/world.js';
import { type ReceivedWebhook, startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { cycleInput } from '../support/builders.js';

const THREAD = { channel: 'C0PAY', ts: '' };
const PULLS = '/bitbucket/2.0/repositories/acme/pay-api/pullrequests';
const ISSUE = '/jira/rest/api/2/issue';

let sandbox: TestSandbox;
let world: World;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Something that a person does; what is not possible just then is refused, and nothing happens. */
type Deed = readonly [method: string, path: string, body: unknown, who: Person];
type Person = 'ana' | 'bo' | 'cleo';

const who = fc.constantFrom<Person>('ana', 'bo', 'cleo');
const issue = fc.constantFrom('PAY-3', 'PAY-4', 'WEB-2');
const text = fc.string({ minLength: 1, maxLength: 20 });
const pull = fc.constantFrom(1, 2);

const deed = fc.oneof(
  fc
    .tuple(issue, text, who)
    .map(([key, body, by]): Deed => ['POST', `${ISSUE}/${key}/comment`, { body }, by]),
  fc
    .tuple(issue, text, fc.constantFrom('Low', 'High', 'Medium'), who)
    .map(
      ([key, summary, name, by]): Deed => [
        'PUT',
        `${ISSUE}/${key}`,
        { fields: { summary, priority: { name } } },
        by,
      ],
    ),
  fc
    .tuple(issue, fc.constantFrom('11', '21', '31', '41'), who)
    .map(([key, id, by]): Deed => ['POST', `${ISSUE}/${key}/transitions`, { transition: { id } }, by]),
  fc
    .tuple(text, who)
    .map(
      ([summary, by]): Deed => [
        'POST',
        ISSUE,
        { fields: { project: { key: 'PAY' }, summary, issuetype: { name: 'Bug' } } },
        by,
      ],
    ),
  fc
    .tuple(fc.uniqueArray(issue, { minLength: 2, maxLength: 2 }), who)
    .map(
      ([[from, to], by]): Deed => [
        'POST',
        '/jira/rest/api/2/issueLink',
        { type: { name: 'Blocks' }, inwardIssue: { key: from }, outwardIssue: { key: to } },
        by,
      ],
    ),
  fc
    .tuple(fc.constantFrom(12, 13), fc.constantFrom('active', 'closed'), who)
    .map(([id, state, by]): Deed => ['POST', `/jira/rest/agile/1.0/sprint/${id}`, { state }, by]),
  fc
    .tuple(pull, text, who)
    .map(([id, raw, by]): Deed => ['POST', `${PULLS}/${id}/comments`, { content: { raw } }, by]),
  fc
    .tuple(pull, fc.constantFrom('approve', 'request-changes', 'decline', 'merge'), who)
    .map(([id, verb, by]): Deed => ['POST', `${PULLS}/${id}/${verb}`, {}, by]),
  fc.tuple(pull, text, who).map(([id, title, by]): Deed => ['PUT', `${PULLS}/${id}`, { title }, by]),
  fc
    .tuple(text, who)
    .map(
      ([said, by]): Deed => [
        'POST',
        '/slack/chat.postMessage',
        { channel: THREAD.channel, text: `I say ${said}`, thread_ts: null },
        by,
      ],
    ),
);

function act([method, path, body, by]: Deed) {
  const authorization = path.startsWith('/slack')
    ? `Bearer xoxp-U0${by.toUpperCase()}`
    : `Basic ${Buffer.from(`${path.startsWith('/jira') ? `${by}@acme.example` : by}:any`).toString('base64')}`;
  return sandbox.call(method, path, withThread(body), { authorization });
}

/** A deed is made before its thread is. */
function withThread(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'thread_ts' in body
    ? { ...body, thread_ts: THREAD.ts }
    : body;
}

const DOORS: Readonly<Record<string, WebhookDoor>> = {
  '/webhooks/jira': jiraDoor,
  '/webhooks/bitbucket': bitbucketDoor,
  '/webhooks/slack': slackEventsDoor,
};

/** No REST answer tells of these. */
const TOLD_ONLY = new Set<PmEvent['type']>(['push', 'commit_status', 'sprint_updated']);

function toldBy(hooks: readonly ReceivedWebhook[]): readonly PmEvent[] {
  return hooks.flatMap(({ path, headers, body }) => {
    const parsed = DOORS[path]?.parse(headers as Record<string, string>, body, { isOurs: () => true });
    return parsed?.outcome === 'event' && !TOLD_ONLY.has(parsed.event.type) ? [parsed.event] : [];
  });
}

const SCOPES: readonly (readonly [ScopeKind, string | null])[] = [
  ['issues', null],
  ['sprints', '1'],
  ['pull_requests', 'acme/pay-api'],
  ['conversations', null],
];

async function foundSince(since: string): Promise<readonly PmEvent[]> {
  const readers = createScopeReaders(world.deps);
  const startedAt = new Date().toISOString();
  const events: PmEvent[] = [];
  for (const [kind, place] of SCOPES) {
    const scope = { kind, place, since, reportSince: since };
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<(typeof readers)[ScopeKind]>> = await readers[kind]({
        scope,
        startedAt,
        cursor,
      });
      events.push(...page.changes.map(({ event }) => event));
      cursor = page.cursor;
    } while (cursor !== null);
  }
  return events;
}

/** As the inbox tells whether it knows a change. */
function isSame(told: PmEvent, found: PmEvent): boolean {
  if (told.changeKey === found.changeKey) {
    return true;
  }
  const elsewhere = sameChangeElsewhere(found);
  return (
    elsewhere !== null &&
    told.type === found.type &&
    told.subject === found.subject &&
    Date.parse(told.occurredAt ?? '') >= elsewhere.fromMs &&
    Date.parse(told.occurredAt ?? '') <= elsewhere.toMs &&
    (elsewhere.actor === null || elsewhere.actor === told.actor?.id)
  );
}

const nameOf = ({ type, changeKey }: PmEvent) => `${type} ${changeKey}`;

async function begin(): Promise<void> {
  await sandbox.post('/_reset');
  world = createWorld({
    deps: {
      slack: createSlack({ apiUrl: `${sandbox.url}/slack`, botToken: 't' }),
      changes: {
        jira: createJiraChanges({ baseUrl: `${sandbox.url}/jira`, email: null, token: 't' }),
        bitbucket: createBitbucketChanges({
          baseUrl: `${sandbox.url}/bitbucket/2.0`,
          username: null,
          token: 't',
        }),
        slack: createSlackChanges({ apiUrl: `${sandbox.url}/slack`, botToken: 't' }),
      },
    },
  });
  THREAD.ts = (
    await sandbox.post('/slack/chat.postMessage', { channel: THREAD.channel, text: 'Here' })
  ).body.ts;
  const subject = `slack:${THREAD.channel}/${THREAD.ts}`;
  const event = { ...cycleInput().event, source: 'slack', subject } as unknown as PmEvent;
  await world.deps.mirror.startCycle(cycleInput({ event, receivedAt: new Date().toISOString() }), 'run-1');
}

async function allDelivered(): Promise<void> {
  for (;;) {
    const { webhooks } = (await sandbox.get('/_state')).body;
    if (webhooks.every(({ state }: { state: string }) => state === 'delivered')) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('every change that a webhook tells of is found under the name that the webhook gave it, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 12 }), async (deeds) => {
      await begin();
      try {
        await allDelivered();
        sandbox.hooks.length = 0;
        const since = new Date().toISOString();
        for (const one of deeds) {
          await act(one);
        }
        await allDelivered();

        const told = toldBy(sandbox.hooks);
        const found = await foundSince(since);

        expect(told.filter((one) => !found.some((other) => isSame(one, other))).map(nameOf)).toEqual([]);
        expect(found.filter((one) => !told.some((other) => isSame(other, one))).map(nameOf)).toEqual([]);
      } finally {
        await world.dispose();
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
