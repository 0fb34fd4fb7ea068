/** Loops and noise on the whole product: what a team would see at its vendors, driven and read only from outside. */
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { brokenPromises } from '../support/invariants.js';
import { type Stack, startStack } from '../support/stack.js';

const LIMIT = 4;
const CONFIG = `
people:
  - { id: lead-1, name: Ana Lindqvist, slack: U0ANA, roles: [lead] }
  - { id: bo, name: Bo Chen, slack: U0BO }
teams:
  - id: payments
    jira: { projects: [PAY, WEB] }
    bitbucket: { repositories: [acme/pay-api, acme/pay-web] }
    slack: { channel: C0PAY }
    escalation: { lead: lead-1 }
limits: { actionsPerSubjectPerHour: ${LIMIT} }
`;
const QUESTION = '@PM Agent what is the status of this?';

/** One lost answer of a vendor is waited for longer than a test usually takes (src/activities/in-flight.ts). */
jest.setTimeout(150_000);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ config: CONFIG });
}, 120_000);
afterEach(() => bots([]));
afterAll(() => stack?.dispose());

interface ActionView {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly target: string;
  readonly result: { readonly message?: string } | null;
}

interface CycleView {
  readonly id: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly subject: string;
  readonly summary: string;
  readonly actions: readonly ActionView[];
  readonly modelCalls: readonly unknown[];
}

async function call<T>(
  method: string,
  url: string,
  body?: unknown,
  authorization = 'Bearer any',
): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBeLessThan(300);
  return (await answer.json()) as T;
}

function basic(user: string): string {
  return `Basic ${Buffer.from(`${user}:token`).toString('base64')}`;
}

function bots(list: readonly object[]): Promise<unknown> {
  return call('POST', `${stack.sandbox}/_bots`, list);
}

/** The three places where people talk: how somebody says something there, and what stands there. */
interface Place {
  readonly subject: () => string;
  readonly says: (text: string) => Promise<void>;
  /** What the agent said there, oldest first. */
  readonly heard: () => Promise<readonly string[]>;
}

function onIssue(key: string): Place {
  const url = () => `${stack.sandbox}/jira/rest/api/2/issue/${key}/comment`;
  return {
    subject: () => `jira:${key}`,
    says: async (body) => void (await call('POST', url(), { body }, basic('bo@acme.example'))),
    heard: async () => {
      const { comments } = await call<{ comments: { author: { accountId: string }; body: string }[] }>(
        'GET',
        url(),
      );
      return comments.filter(({ author }) => author.accountId === '712020:pm-agent').map(({ body }) => body);
    },
  };
}

function onPullRequest(repository: string, id: number): Place {
  const url = () => `${stack.sandbox}/bitbucket/2.0/repositories/${repository}/pullrequests/${id}/comments`;
  return {
    subject: () => `bitbucket:${repository}#${id}`,
    says: async (raw) => void (await call('POST', url(), { content: { raw } }, basic('bo'))),
    heard: async () => {
      const { values } = await call<{ values: { user: { uuid: string }; content: { raw: string } }[] }>(
        'GET',
        `${url()}?pagelen=100`,
      );
      return values.filter(({ user }) => user.uuid === '{pm-agent-uuid}').map(({ content }) => content.raw);
    },
  };
}

interface SlackMessage {
  readonly ts: string;
  readonly user: string;
  readonly text: string;
}

/** A thread that a person opened. Whoever speaks in it mentions the agent. */
async function inThread(): Promise<Place> {
  const post = (text: string, thread_ts?: string) =>
    call<{ ts: string }>(
      'POST',
      `${stack.sandbox}/slack/chat.postMessage`,
      { channel: 'C0PAY', text, ...(thread_ts === undefined ? {} : { thread_ts }) },
      'Bearer xoxp-U0BO',
    );
  const { ts } = await post('About PAY-1:');
  return {
    subject: () => `slack:C0PAY/${ts}`,
    says: async (text) => void (await post(text.replaceAll('@PM Agent', '<@U0PMAGENT>'), ts)),
    heard: async () => (await messages('C0PAY', ts)).map(({ text }) => text),
  };
}

async function messages(channel: string, ts: string): Promise<readonly SlackMessage[]> {
  const url = `${stack.sandbox}/slack/conversations.replies?channel=${channel}&ts=${ts}&limit=500`;
  const { messages: all } = await call<{ messages: SlackMessage[] }>('GET', url);
  return all.filter(({ user }) => user === 'U0PMAGENT');
}

async function directMessages(user: string): Promise<readonly string[]> {
  const { channel } = await call<{ channel: { id: string } }>(
    'POST',
    `${stack.sandbox}/slack/conversations.open`,
    { users: user },
  );
  const { messages: all } = await call<{ messages: SlackMessage[] }>(
    'GET',
    `${stack.sandbox}/slack/conversations.history?channel=${channel.id}&limit=500`,
  );
  return all.map(({ text }) => text).toReversed();
}

/** Newest first, as the API lists them. */
async function cyclesOf(subject: string): Promise<readonly CycleView[]> {
  const url = `${stack.api}/api/cycles?limit=100&subject=${encodeURIComponent(subject)}`;
  const { items } = await call<{ items: { id: string }[] }>('GET', url);
  return Promise.all(
    items.map(({ id }) => call<CycleView>('GET', `${stack.api}/api/cycles/${encodeURIComponent(id)}`)),
  );
}

/** The newest cycle of a place, once there are `count` of them and all have ended. */
function settled(place: Place, count: number): Promise<CycleView> {
  return eventually(async () => {
    const cycles = await cyclesOf(place.subject());
    expect(cycles.map(outline)).toHaveLength(count);
    expect(new Set(cycles.map((cycle) => cycle.status))).toEqual(new Set(['completed']));
    return cycles[0] as CycleView;
  }, 90_000);
}

interface AuditRow {
  readonly kind: string;
  readonly cycleId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Oldest first. */
async function openings(): Promise<readonly AuditRow[]> {
  const rows: AuditRow[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: AuditRow[]; nextCursor: string | null } = await call(
      'GET',
      `${stack.api}/api/audit?limit=500${after}`,
    );
    rows.push(...page.items);
    cursor = page.nextCursor;
  }
  return rows.filter((row) => row.kind === 'breaker.opened').toReversed();
}

function escalationsOf(cycles: readonly CycleView[]): readonly ActionView[] {
  return cycles.flatMap((cycle) => cycle.actions).filter((action) => action.kind === 'escalate');
}

function outline({ id, status, outcome, summary }: CycleView): string {
  return `${id} ${status} ${outcome}: ${summary}`;
}

/** No cycle of this place goes on, and none is added for as long as a bot would need to answer several times. */
async function quiet(place: Place): Promise<readonly CycleView[]> {
  let seen = -1;
  let since = Date.now();
  return eventually(
    async () => {
      const cycles = await cyclesOf(place.subject());
      if (cycles.length !== seen || cycles.some((cycle) => cycle.status !== 'completed')) {
        seen = cycles.length;
        since = Date.now();
      }
      expect({ quietFor: Date.now() - since > 2_000, cycles: cycles.map(outline) }).toMatchObject({
        quietFor: true,
      });
      return cycles;
    },
    120_000,
    100,
  );
}

describe('two bots set against each other', () => {
  test.each<[string, object, Place]>([
    ['on an issue', { vendor: 'jira', text: QUESTION }, onIssue('PAY-1')],
    [
      'on an issue, one of them on a person’s account',
      { vendor: 'jira', text: QUESTION, marked: false },
      onIssue('PAY-2'),
    ],
    ['on a pull request', { vendor: 'bitbucket', text: QUESTION }, onPullRequest('acme/pay-api', 1)],
  ])('stop after the limit %s, with one escalation and one audit row', async (_where, bot, place) => {
    const [before, told] = [await openings(), await directMessages('U0ANA')];
    const said = (await place.heard()).length;
    await bots([bot]);

    await place.says(QUESTION);
    const cycles = await quiet(place);

    expect((await place.heard()).length - said).toBe(LIMIT);
    const rows = (await openings()).slice(before.length);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.data).toMatchObject({ limit: LIMIT, count: LIMIT, told: 'slack:U0ANA' });
    expect(escalationsOf(cycles)).toMatchObject([{ status: 'executed', target: 'slack:U0ANA' }]);
    const news = (await directMessages('U0ANA')).slice(told.length);
    expect(news).toHaveLength(1);
    expect(news[0]).toContain('the agent stopped by itself');
    expect(await call('GET', `${stack.api}/api/audit/verify`)).toMatchObject({ ok: true });
  });

  test('across many issues stop after the limit too, and then reach no model', async () => {
    const places = ['PAY-3', 'PAY-4', 'PAY-5', 'PAY-6'].map(onIssue);
    await bots([{ vendor: 'jira', text: QUESTION, times: 2 * places.length }]);
    const before = (await openings()).length;

    for (const place of places) {
      await place.says(QUESTION);
      await quiet(place);
    }

    const cycles = (await Promise.all(places.map((place) => cyclesOf(place.subject())))).flat();
    const stopped = cycles.filter((cycle) => cycle.summary.includes('in answer to the bot Echo'));
    expect(stopped.length).toBeGreaterThan(0);
    expect(new Set(stopped.map((cycle) => cycle.modelCalls.length))).toEqual(new Set([0]));
    expect((await openings()).length - before).toBe(1);
  });

  test('stay stopped when the worker dies and comes back', async () => {
    const place = onIssue('PAY-1');
    const said = (await place.heard()).length;
    stack.kill('worker');
    await bots([{ vendor: 'jira', text: QUESTION }]);
    await place.says(QUESTION);

    await quiet(place);

    expect(await place.heard()).toHaveLength(said);
    expect((await cyclesOf(place.subject()))[0]).toMatchObject({ outcome: 'denied' });
  });
});

describe('@PM Agent mute and unmute', () => {
  test.each<[string, () => Promise<Place>]>([
    ['on an issue', async () => onIssue('WEB-1')],
    ['on a pull request', async () => onPullRequest('acme/pay-api', 2)],
    ['in a thread', inThread],
  ])('%s: quiet from the one to the other, each acknowledged once', async (_where, open) => {
    const place = await open();
    const before = (await place.heard()).length;
    const cyclesBefore = (await cyclesOf(place.subject())).length;
    const news = async () => (await place.heard()).slice(before);

    await place.says('@PM Agent mute');
    const muted = await settled(place, cyclesBefore + 1);
    expect(muted).toMatchObject({
      outcome: 'acted',
      summary: expect.stringMatching(/^muted by Bo Chen since/),
    });
    expect(muted.modelCalls).toEqual([]);
    expect(await news()).toEqual([expect.stringContaining('I am muted here')]);

    await place.says(QUESTION);
    const silent = await settled(place, cyclesBefore + 2);
    expect(silent).toMatchObject({ outcome: 'no_action', summary: muted.summary, modelCalls: [] });
    expect(await news()).toHaveLength(1);

    await place.says('@PM Agent unmute');
    expect(await settled(place, cyclesBefore + 3)).toMatchObject({
      outcome: 'acted',
      summary: 'unmuted by Bo Chen',
    });
    await place.says(QUESTION);
    expect(await settled(place, cyclesBefore + 4)).toMatchObject({ outcome: 'acted' });
    expect((await news()).map((text) => /muted|back|status|open/.exec(text)?.[0])).toEqual([
      'muted',
      'back',
      expect.stringMatching(/status|open/),
    ]);
  });

  test('an unmute that was said before the mute and arrives after it undoes nothing', async () => {
    const place = onIssue('WEB-2');
    const now = Date.now();
    await deliver('WEB-2', '@PM Agent mute', now);
    await settled(place, 1);

    await deliver('WEB-2', '@PM Agent unmute', now - 60_000);
    await settled(place, 2);
    await deliver('WEB-2', QUESTION, now + 1_000);

    expect(await settled(place, 3)).toMatchObject({
      outcome: 'no_action',
      summary: expect.stringMatching(/^muted by Vera/),
    });
  });
});

/** A signed comment of a visitor, as Jira would send it. */
async function deliver(
  key: string,
  text: string,
  timestamp: number,
  comment: Readonly<Record<string, unknown>> = {},
): Promise<{ status: string; reason?: string }> {
  const secrets = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as { jira: string };
  const body = JSON.stringify({
    timestamp,
    webhookEvent: 'comment_created',
    comment: {
      id: String(900_000_000 + (timestamp % 1_000_000)),
      author: { accountId: '712020:visitor', displayName: 'Vera Visitor', accountType: 'atlassian' },
      body: text,
      created: new Date(timestamp).toISOString(),
      updated: new Date(timestamp).toISOString(),
      ...comment,
    },
    issue: { key, fields: { summary: 'x', project: { key: key.split('-')[0] } } },
  });
  const answer = await fetch(`${stack.api}/webhooks/jira`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-atlassian-webhook-identifier': randomUUID(),
      'x-hub-signature': `sha256=${createHmac('sha256', secrets.jira).update(body).digest('hex')}`,
    },
    body,
  });
  return (await answer.json()) as { status: string; reason?: string };
}

describe('the agent’s own words', () => {
  test('F48: its own comment, told under another author id, leads to nothing', async () => {
    const place = onIssue('WEB-3');
    await place.says(QUESTION);
    await settled(place, 1);
    const { comments } = await call<{ comments: { id: string; author: { accountId: string } }[] }>(
      'GET',
      `${stack.sandbox}/jira/rest/api/2/issue/WEB-3/comment`,
    );
    const own = comments.findLast(({ author }) => author.accountId === '712020:pm-agent');

    const answer = await deliver('WEB-3', QUESTION, Date.now(), { id: own?.id });

    expect(answer).toMatchObject({ status: 'ignored', reason: expect.stringContaining('own event') });
    expect(await place.heard()).toHaveLength(1);
  });

  test.each<[string, () => Promise<Place>]>([
    ['on an issue', async () => onIssue('WEB-4')],
    ['on a pull request', async () => onPullRequest('acme/pay-web', 1)],
    ['in a thread', inThread],
  ])('%s, quoted by a person, lead to nothing', async (where, open) => {
    const place = await open();
    const before = (await cyclesOf(place.subject())).length;
    await place.says(QUESTION);
    await settled(place, before + 1);
    const heard = await place.heard();
    const words = String(heard.at(-1));
    const mark = where === 'in a thread' ? '&gt; ' : where === 'on an issue' ? 'bq. ' : '> ';

    await place.says(
      [...words.split('\n'), '@PM Agent what is the status?', '@PM Agent mute']
        .map((line) => mark + line)
        .join('\n'),
    );

    expect(await settled(place, before + 2)).toMatchObject({
      outcome: 'no_action',
      summary: 'it only quotes: nobody is asked anything',
      modelCalls: [],
    });
    expect(await place.heard()).toEqual(heard);
  });
});

test('after all of it the promises hold (F48)', async () => {
  const { dataDir, api, sandbox } = stack;
  await eventually(async () => {
    const { items } = (await (await fetch(`${api}/api/events?status=started&limit=1`)).json()) as {
      items: unknown[];
    };
    expect(items).toEqual([]);
  }, 60_000);

  expect(
    await brokenPromises({
      dataDir,
      api,
      sandbox,
      output: stack.output(),
      acknowledged: [],
      secrets: Object.values(JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as object),
    }),
  ).toEqual([]);
});
