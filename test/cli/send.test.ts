import { createHmac } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { guessBitbucketEvent } from '../../src/cli/bitbucket-event.js';
import { type Asked, type FakeServer, fakeServer, pmAgent } from './support.js';

const SECRETS = { JIRA_WEBHOOK_SECRET: 'js', BITBUCKET_WEBHOOK_SECRET: 'bs', SLACK_SIGNING_SECRET: 'ss' };
const ACCEPTED = { status: 202, body: { status: 'accepted', eventId: 'evt_1', cycleId: 'cycle-1' } };

let api: FakeServer;
let sandbox: FakeServer;
let cwd: string;

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'pm-agent-send-'));
  api = await fakeServer({
    'POST /webhooks/jira': ACCEPTED,
    'POST /webhooks/bitbucket': ACCEPTED,
    'POST /webhooks/slack': ACCEPTED,
    'POST /webhooks/slack/interactions': {
      body: { status: 'ignored', eventId: 'evt_2', reason: 'no cycle answers it' },
    },
    'POST /webhooks/slack/commands': ACCEPTED,
  });
  sandbox = await fakeServer({ 'POST /_learn': { body: { learned: [] } } });
});

afterEach(async () => {
  await api.close();
  await sandbox.close();
});

async function send(
  source: string,
  content: unknown,
  options: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
) {
  const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
  writeFileSync(join(cwd, 'payload'), text);
  const ran = await pmAgent(
    ['send', source, 'payload', ...options],
    { PM_AGENT_URL: api.url, SANDBOX_PORT: String(sandbox.port), ...SECRETS, ...env },
    cwd,
  );
  return { ...ran, text, delivery: api.asked[0], lesson: sandbox.asked[0] };
}

function hmac(secret: string, data: string): string {
  return createHmac('sha256', secret).update(data).digest('hex');
}

function header(asked: Asked | undefined, name: string): string {
  return String(asked?.headers[name] ?? '');
}

test('Jira: the exact bytes of the file, signed, under a delivery id', async () => {
  const { code, out, text, delivery, lesson } = await send('jira', { webhookEvent: 'comment_created' }, [
    '--delivery',
    'd-1',
  ]);
  expect(code).toBe(0);
  expect(delivery?.body.toString()).toBe(text);
  expect(header(delivery, 'x-hub-signature')).toBe(`sha256=${hmac('js', text)}`);
  expect(header(delivery, 'x-atlassian-webhook-identifier')).toBe('d-1');
  expect(JSON.parse(lesson?.body.toString() ?? '')).toEqual({
    source: 'jira',
    eventKey: null,
    body: { webhookEvent: 'comment_created' },
  });
  expect(out).toBe('202 accepted\nevent   evt_1\ncycle   cycle-1\nnext    npx pm-agent show cycle-1\n');
});

test('Bitbucket: the event key guessed from the body, or as given', async () => {
  const guessed = await send('bitbucket', { pullrequest: { state: 'MERGED' } });
  expect(header(guessed.delivery, 'x-event-key')).toBe('pullrequest:fulfilled');
  expect(header(guessed.delivery, 'x-hub-signature')).toBe(`sha256=${hmac('bs', guessed.text)}`);
  expect(header(guessed.delivery, 'x-request-uuid')).not.toBe('');
  await send('bitbucket', { pullrequest: {} }, ['--event', 'pullrequest:approved']);
  expect(header(api.asked[1], 'x-event-key')).toBe('pullrequest:approved');
});

test('Bitbucket: a body that shows no event asks for --event', async () => {
  const ran = await send('bitbucket', { actor: {} });
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('--event') });
  expect(api.asked).toEqual([]);
});

test('Slack: an event is signed with a fresh timestamp', async () => {
  const { text, delivery } = await send('slack', { type: 'event_callback', event: { type: 'app_mention' } });
  const timestamp = header(delivery, 'x-slack-request-timestamp');
  expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(30);
  expect(header(delivery, 'x-slack-signature')).toBe(`v0=${hmac('ss', `v0:${timestamp}:${text}`)}`);
  expect(delivery?.url).toBe('/webhooks/slack');
});

test('Slack: an interaction goes as a form to its own address', async () => {
  const { out, code, delivery } = await send('slack', { type: 'block_actions', user: { id: 'U1' } });
  expect(delivery?.url).toBe('/webhooks/slack/interactions');
  expect(header(delivery, 'content-type')).toBe('application/x-www-form-urlencoded');
  const fields = new URLSearchParams(delivery?.body.toString());
  expect(JSON.parse(fields.get('payload') ?? '')).toEqual({ type: 'block_actions', user: { id: 'U1' } });
  expect({ code, out }).toEqual({
    code: 0,
    out: '200 ignored\nreason  no cycle answers it\nevent   evt_2\n',
  });
});

describe('Slack: a slash command goes as a form, byte for byte', () => {
  const form = 'command=%2Fpm&text=status&channel_id=C1&user_id=U1';

  test.each([
    ['from a recording', { content_type: 'application/x-www-form-urlencoded', raw_body: form }],
    ['from a raw form', form],
    ['from its fields as JSON', { command: '/pm', text: 'status', channel_id: 'C1', user_id: 'U1' }],
  ])('%s', async (_name, content) => {
    const { delivery, lesson } = await send('slack', content);
    expect(delivery?.url).toBe('/webhooks/slack/commands');
    expect(delivery?.body.toString()).toBe(form);
    expect(JSON.parse(lesson?.body.toString() ?? '')).toMatchObject({
      source: 'slack',
      body: { command: '/pm', channel_id: 'C1' },
    });
  });
});

test('Slack: the envelope of socket mode is taken off', async () => {
  const payload = { type: 'event_callback', event: { type: 'app_mention' } };
  const { delivery } = await send('slack', { envelope_id: 'e1', type: 'events_api', payload });
  expect(JSON.parse(delivery?.body.toString() ?? '')).toEqual(payload);
});

test('a real vendor is not taught to the sandbox', async () => {
  const env = { JIRA_BASE_URL: 'https://acme.atlassian.net', ATLASSIAN_SERVICE_ACCOUNT_TOKEN: 't' };
  await send('jira', { webhookEvent: 'x' }, [], env);
  expect(sandbox.asked).toEqual([]);
  expect(api.asked).toHaveLength(1);
});

test('without a sandbox the payload is sent all the same, and it says so', async () => {
  const ran = await send('jira', { webhookEvent: 'x' }, [], { SANDBOX_PORT: '1' });
  expect(ran).toMatchObject({
    code: 0,
    err: expect.stringContaining('No sandbox answers at http://127.0.0.1:1'),
  });
});

test('an unsigned delivery is what ALLOW_UNSIGNED_WEBHOOKS sends', async () => {
  const { delivery } = await send('jira', { webhookEvent: 'x' }, [], {
    JIRA_WEBHOOK_SECRET: '',
    ALLOW_UNSIGNED_WEBHOOKS: 'true',
  });
  expect(delivery?.headers['x-hub-signature']).toBeUndefined();
});

test.each([
  ['a file that is not there', ['send', 'jira', 'nowhere.json'], /cannot read .*nowhere\.json \(ENOENT\)/],
  ['a file that is not JSON', ['send', 'jira', 'text.json'], /the file is not JSON/],
])('%s exits 1', async (_name, args, expected) => {
  writeFileSync(join(cwd, 'text.json'), 'hello');
  const ran = await pmAgent(args, { PM_AGENT_URL: api.url, ...SECRETS }, cwd);
  expect(ran.code).toBe(1);
  expect(ran.err).toMatch(expected);
});

test('a refused delivery exits 1 with what the API says', async () => {
  const closed = await fakeServer({
    'POST /webhooks/jira': { status: 401, body: { error: { message: 'bad signature' } } },
  });
  const ran = await send('jira', { webhookEvent: 'x' }, [], { PM_AGENT_URL: closed.url });
  await closed.close();
  expect(ran).toMatchObject({ code: 1, out: '401 bad signature\n' });
});

test.each([
  [{ push: { changes: [] } }, 'repo:push'],
  [{ commit_status: {} }, 'repo:commit_status_created'],
  [
    { commit_status: { created_on: '2026-01-01T00:00:00Z', updated_on: '2026-01-01T01:00:00Z' } },
    'repo:commit_status_updated',
  ],
  [{ pullrequest: {}, approval: {} }, 'pullrequest:approved'],
  [{ pullrequest: {}, changes_request: {} }, 'pullrequest:changes_request_created'],
  [{ pullrequest: { state: 'MERGED' }, comment: {} }, 'pullrequest:comment_created'],
  [{ pullrequest: { state: 'DECLINED' } }, 'pullrequest:rejected'],
  [
    {
      pullrequest: { state: 'OPEN', created_on: '2026-01-01T00:00:00Z', updated_on: '2026-01-02T00:00:00Z' },
    },
    'pullrequest:updated',
  ],
  [
    {
      pullrequest: {
        state: 'OPEN',
        created_on: '2026-01-01T00:00:00.1Z',
        updated_on: '2026-01-01T00:00:00.2Z',
      },
    },
    'pullrequest:created',
  ],
  [{ eventKey: 'pr:opened', pullRequest: {} }, 'pr:opened'],
  [{ comment: {}, commit: {} }, 'repo:commit_comment_created'],
  [{ fork: {} }, 'repo:fork'],
  [{ actor: {} }, null],
])('a Bitbucket body %j is %s', (body, expected) => {
  expect(guessBitbucketEvent(body)).toBe(expected);
});
