/** The log of real processes: one line for each delivery and each step of its event, and nothing in it that is nobody's business. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';

/** Planted where a person's words, a name, a secret or a signature stands; none may show up in a line. */
const CANARY = {
  text: 'canary-text-of-a-person',
  name: 'Canary Lindqvist',
  summary: 'canary-summary',
  signature: 'canarysignature0000',
  cookie: 'canary-cookie',
  authorization: 'canary-authorization',
  unreadable: 'canary-unreadable-body',
} as const;
const FORGED = 'x\r\n{"level":"info","msg":"forged"}\u001b[31m\u009b2J\u2028';

interface Line {
  readonly [key: string]: unknown;
}

let parts: Parts;
beforeAll(async () => {
  parts = await createParts({ COALESCE_WINDOW: '500ms' });
  await parts.startAll();
}, 120_000);
afterAll(() => parts.dispose());

function lines(message: string): readonly Line[] {
  return (
    parts
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line)
      .filter((line) => line['msg'] === message && line['name'] === 'api')
      // The simulated vendors tell of the agent's own answers too, whenever they come.
      .filter((line) => line['reason'] !== 'own event')
  );
}

/** The lines that an action added, once there are as many as it should add, and a moment for one too many. */
async function added(message: string, count: number, act: () => Promise<unknown>): Promise<readonly Line[]> {
  const before = lines(message).length;
  await act();
  await eventually(async () => expect(lines(message).length - before).toBeGreaterThanOrEqual(count), 60_000);
  await new Promise((resolve) => setTimeout(resolve, 300));
  return lines(message).slice(before);
}

function post(path: string, body: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(parts.api + path, { method: 'POST', body, headers });
}

function jiraHeaders(body: string, delivery: string): Record<string, string> {
  const { jira } = JSON.parse(readFileSync(join(parts.dataDir, 'secrets.json'), 'utf8')) as { jira: string };
  return {
    'content-type': 'application/json',
    'x-atlassian-webhook-identifier': delivery,
    'x-hub-signature': `sha256=${createHmac('sha256', jira).update(body).digest('hex')}`,
  };
}

describe('an accepted event', () => {
  test('has one line when it is answered, one when its workflow starts, one when it ends', async () => {
    const body = commentDelivery({ key: 'PAY-1', text: `@PM Agent what about ${CANARY.text}?` });
    let eventId = '';
    const [answered, ...more] = await added('webhook', 1, async () => {
      eventId = (await parts.deliver(body, 'line-1')).body.eventId;
    });
    await parts.settled();

    const ids = { eventId, cycleId: 'cycle-jira-line-1', subject: 'jira:PAY-1' };
    const own = (line: Line) => line['eventId'] === eventId;
    expect(more).toEqual([]);
    expect(answered).toMatchObject({
      ...ids,
      level: 'info',
      source: 'jira',
      result: 'accepted',
      eventType: 'comment_created',
      remote: '127.0.0.1',
      bytes: JSON.stringify(body).length,
    });
    await eventually(async () => expect(lines('cycle ended').filter(own)).toHaveLength(1));
    expect(lines('cycle started').filter(own)).toMatchObject([{ ...ids, source: 'jira' }]);
    expect(lines('cycle ended').filter(own)).toMatchObject([{ ...ids, status: 'completed' }]);
    expect(Number(lines('cycle started').find(own)?.['waitedMs'])).toBeGreaterThanOrEqual(500);
  });

  test('that another one answers too says which', async () => {
    const started = await added('cycle started', 2, async () => {
      await parts.deliver(commentDelivery({ key: 'PAY-2', at: Date.now() - 1_000 }), 'line-2');
      await parts.deliver(commentDelivery({ key: 'PAY-2' }), 'line-3');
    });
    await parts.settled();

    const older = started.find((line) => line['cycleId'] === 'cycle-jira-line-2');
    expect(older).toMatchObject({ subject: 'jira:PAY-2', coalescedInto: 'cycle-jira-line-3' });
    await eventually(async () =>
      expect(lines('cycle ended').find((line) => line['cycleId'] === 'cycle-jira-line-2')).toMatchObject({
        status: 'coalesced',
      }),
    );
  });

  test('that comes again is a line of its own', async () => {
    const body = commentDelivery({ key: 'PAY-3' });
    const told = await added('webhook', 2, async () => {
      await parts.deliver(body, 'line-4');
      await parts.deliver(body, 'line-4');
    });

    expect(told.map((line) => line['result'])).toEqual(['accepted', 'duplicate']);
    expect(new Set(told.map((line) => line['eventId'])).size).toBe(1);
    expect(told.map((line) => line['subject'])).toEqual(['jira:PAY-3', 'jira:PAY-3']);
  });
});

describe('a delivery that is no event', () => {
  test('and is ignored says why', async () => {
    const body = JSON.stringify({ webhookEvent: 'worklog_created', worklog: { comment: CANARY.text } });
    const [line] = await added('webhook', 1, () => post('/webhooks/jira', body, jiraHeaders(body, 'line-5')));

    expect(line).toMatchObject({ result: 'ignored', reason: 'no cycle answers worklog_created' });
    expect(line?.['eventId']).toMatch(/^evt_/);
  });

  test('whose name is meant to forge a line stays one line, with every control character written out', async () => {
    const body = JSON.stringify({ webhookEvent: FORGED });
    const told = await added('webhook', 1, () => post('/webhooks/jira', body, jiraHeaders(body, 'line-6')));

    expect(told).toHaveLength(1);
    expect(lines('forged')).toEqual([]);
    expect(parts.output()).not.toMatch(/(?!\n)[\p{Cc}\u2028]/u);
    expect(String(told[0]?.['reason'])).toContain('forged');
  });
});

describe('a refused delivery', () => {
  const body = JSON.stringify({ webhookEvent: 'comment_created', comment: { body: CANARY.text } });
  const json = { 'content-type': 'application/json' };
  const sensitive = { cookie: `session=${CANARY.cookie}`, authorization: `Bearer ${CANARY.authorization}` };

  test.each([
    ['bad_signature', 401, body, { ...json, ...sensitive, 'x-hub-signature': `sha256=${CANARY.signature}` }],
    ['unsupported_media_type', 415, body, { ...sensitive, 'content-type': 'text/plain' }],
  ])('for %s has one line without anything of it', async (reason, status, raw, headers) => {
    const told = await added('webhook', 1, () => post('/webhooks/jira', raw, headers));

    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      level: 'warn',
      source: 'jira',
      result: 'refused',
      reason,
      status,
      remote: '127.0.0.1',
      bytes: raw.length,
    });
  });

  test('that is signed and cannot be read names the row that it is kept as', async () => {
    const raw = `{"${CANARY.unreadable}`;
    const told = await added('webhook', 1, () => post('/webhooks/jira', raw, jiraHeaders(raw, 'line-7')));

    expect(told).toMatchObject([
      { level: 'warn', result: 'dead_letter', reason: 'unreadable_body', status: 400 },
    ]);
    expect(told[0]?.['eventId']).toMatch(/^evt_/);
  });
});

test('no line of any process holds a person’s words, a secret, a signature or a credential', async () => {
  const comment = {
    timestamp: Date.now(),
    webhookEvent: 'comment_created',
    comment: {
      id: '990001',
      author: { accountId: '712020:canary', displayName: CANARY.name, accountType: 'atlassian' },
      body: `@PM Agent ${CANARY.text}`,
    },
    issue: { key: 'PAY-4', fields: { summary: CANARY.summary, project: { key: 'PAY' } } },
  };
  await parts.deliver(comment, 'line-8', { cookie: CANARY.cookie });
  await parts.settled();
  const output = parts.output();

  const secrets = JSON.parse(readFileSync(join(parts.dataDir, 'secrets.json'), 'utf8')) as Record<
    string,
    string
  >;
  const planted = [...Object.values(CANARY), ...Object.values(secrets)];
  expect(planted.filter((text) => output.includes(text))).toEqual([]);
  expect(output).not.toMatch(/sha256=[0-9a-f]{64}/);
  expect(await parts.broken()).toEqual([]);
}, 90_000);
