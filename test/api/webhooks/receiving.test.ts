/** The bad-input table of deliveries, over real sockets and a real inbox. */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createBadSignatures } from '../../../src/api/webhooks/bad-signatures.js';
import {
  blockActions,
  commentCreated,
  jiraBody,
  jiraComment,
  jiraIssue,
  payloadForm,
  pullRequest,
  pullRequestBody,
  pushBody,
  slackEvent,
  slackMessage,
  slashCommand,
} from '../support/bodies.js';
import { SECRETS } from '../support/config.js';
import {
  ask,
  bitbucketHeaders,
  hubSignature,
  jiraHeaders,
  post,
  slackHeaders,
  slackSignature,
} from '../support/sending.js';
import { startTestApi, type TestApi } from '../support/test-api.js';

let api: TestApi;
let jira: string;
let bitbucket: string;
let slack: string;
let made = 0;

beforeAll(async () => {
  api = await startTestApi({
    config: { webhookSecrets: { ...plain(), jira: ['new-secret', SECRETS.jira] } },
  });
  jira = `${api.url}/webhooks/jira`;
  bitbucket = `${api.url}/webhooks/bitbucket`;
  slack = `${api.url}/webhooks/slack`;
});
afterAll(() => api.close());

function plain() {
  return { jira: [SECRETS.jira], bitbucket: [SECRETS.bitbucket], slack: [SECRETS.slack] };
}

/** A comment event that nobody sent before. */
function freshComment(overrides: Record<string, unknown> = {}): string {
  made += 1;
  return JSON.stringify(commentCreated({ comment: jiraComment({ id: `${30_000 + made}` }), ...overrides }));
}

const rows = () => api.inbox.list({}, { limit: 500, cursor: null }).items.length;

test('a captured body that comes again under another event key is held back, with the reason', async () => {
  const raw = JSON.stringify(pullRequestBody({ pullrequest: pullRequest({ id: 990_077, state: 'MERGED' }) }));
  const first = await post(bitbucket, raw, bitbucketHeaders(raw, 'pullrequest:fulfilled'));
  const replay = await post(bitbucket, raw, bitbucketHeaders(raw, 'pullrequest:updated'));

  expect(first.status).toBe(202);
  expect(replay).toMatchObject({
    status: 200,
    body: { status: 'quarantined', reason: 'the same body came as pr_merged before' },
  });
  expect(api.inbox.get(replay.body.eventId)).toMatchObject({ status: 'quarantined', cycleId: null });
});

describe('bad signatures', () => {
  test('a thousand from one address within a minute: 429 for more of them, and none for good deliveries', async () => {
    let now = Date.now();
    const own = await startTestApi({ clock: () => new Date(now) });
    const url = `${own.url}/webhooks/jira`;
    const bad = () =>
      post(url, '{}', { ...jiraHeaders('{}'), 'x-hub-signature': `sha256=${'0'.repeat(64)}` });
    const statuses = new Set<number>();
    for (let sent = 0; sent < 1_000; sent += 50) {
      for (const { status } of await Promise.all(Array.from({ length: 50 }, bad))) {
        statuses.add(status);
      }
    }

    now += 15_000;
    const refused = await bad();
    const raw = freshComment();
    const good = await post(url, raw, jiraHeaders(raw));
    now += 45_000;
    const later = await bad();
    await own.close();

    expect([...statuses]).toEqual([401]);
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'too_many_bad_signatures' } } });
    expect(refused.headers.get('retry-after')).toBe('45');
    expect(good.status).toBe(202);
    expect(later.status).toBe(401);
  });

  test('of one address do not count for another, nor for ever, nor without bound', () => {
    const { count } = createBadSignatures();
    for (let n = 0; n < 1_000; n += 1) {
      expect(count('203.0.113.7', 5_000)).toBe(0);
    }

    expect(count('203.0.113.7', 5_000)).toBe(60);
    expect(count('203.0.113.8', 5_000)).toBe(0);
    for (let n = 0; n < 10_000; n += 1) {
      count(`address-${n}`, 6_000);
    }
    expect(count('203.0.113.7', 6_000)).toBe(0);
  });
});

describe('a good delivery', () => {
  test('is answered 202 with its event and cycle, and is in the inbox by then', async () => {
    const raw = freshComment();
    const answer = await post(jira, raw, jiraHeaders(raw, 'delivery/1 {x}'));

    expect(answer.status).toBe(202);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(Object.keys(answer.body).sort()).toEqual(['cycleId', 'eventId', 'status']);
    expect(answer.body.status).toBe('accepted');
    const row = api.inbox.get(answer.body.eventId);
    expect(row).toMatchObject({
      status: 'received',
      eventType: 'comment_created',
      cycleId: answer.body.cycleId,
    });
    expect(api.inbox.raw(answer.body.eventId)?.toString()).toBe(raw);
  });

  test('names its cycle after the delivery', async () => {
    const raw = freshComment();
    const answer = await post(jira, raw, jiraHeaders(raw, '6e0b1c6c-77aa'));

    expect(answer.body.cycleId).toBe('cycle-jira-6e0b1c6c-77aa');
  });

  test.each([
    ['no id', {}],
    ['an id of 200 characters', { 'x-atlassian-webhook-identifier': 'x'.repeat(200) }],
    ['an id with blanks', { 'x-atlassian-webhook-identifier': 'a b' }],
  ])('with %s is named after its body', async (_name, id) => {
    const raw = freshComment();
    const { 'x-atlassian-webhook-identifier': _left, ...headers } = jiraHeaders(raw);
    const answer = await post(jira, raw, { ...headers, ...id });

    expect(answer.body.cycleId).toMatch(/^cycle-jira-[0-9a-f]{64}$/);
  });

  test('is kept without signature and credentials', async () => {
    const raw = freshComment();
    const answer = await post(jira, raw, {
      ...jiraHeaders(raw),
      authorization: 'Bearer secret',
      cookie: 'a=b',
      'x-atlassian-webhook-flow': 'Primary',
    });
    const headers = api.inbox.get(answer.body.eventId)?.headers ?? {};

    expect(headers['x-atlassian-webhook-flow']).toBe('Primary');
    expect(Object.keys(headers)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/signature|authorization|cookie/)]),
    );
  });

  test('without a content type is read as JSON', async () => {
    const raw = freshComment();
    const { 'content-type': _left, ...headers } = jiraHeaders(raw);
    // A Buffer, because fetch names a type for texts.
    expect((await post(jira, Buffer.from(raw), headers)).status).toBe(202);
  });

  test('of Bitbucket and of Slack at its three addresses is accepted', async () => {
    const push = JSON.stringify(pushBody);
    const mention = JSON.stringify(slackEvent(slackMessage({ type: 'app_mention' })));
    const form = payloadForm(blockActions);
    const command = slashCommand.toString();

    const answers = [
      await post(bitbucket, push, bitbucketHeaders(push, 'repo:push')),
      await post(slack, mention, slackHeaders(mention)),
      await post(`${slack}/interactions`, form, slackHeaders(form, 'form')),
      await post(`${slack}/commands`, command, slackHeaders(command, 'form')),
    ];

    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202, 202]);
    expect(answers[3]?.body).toMatchObject({ status: 'accepted', response_type: 'ephemeral' });
    expect(answers.every((answer) => api.inbox.get(answer.body.eventId)?.status === 'received')).toBe(true);
  });

  test('in a thread that a mention opened is a thread message', async () => {
    const ts = '1795000777.000100';
    const mention = JSON.stringify(slackEvent(slackMessage({ type: 'app_mention', ts })));
    const reply = JSON.stringify(slackEvent(slackMessage({ ts: '1795000778.000100', thread_ts: ts })));
    const before = await post(slack, reply, slackHeaders(reply));
    await post(slack, mention, slackHeaders(mention));
    const second = JSON.stringify(slackEvent(slackMessage({ ts: '1795000779.000100', thread_ts: ts })));
    const after = await post(slack, second, slackHeaders(second));

    expect(before.body.status).toBe('ignored');
    expect(api.inbox.get(after.body.eventId)?.eventType).toBe('thread_message');
  });
});

describe('a signature', () => {
  const raw = JSON.stringify(commentCreated());

  test.each([
    ['is missing', undefined],
    ['is wrong', hubSignature(`${raw} `, SECRETS.jira)],
    ['is of another secret', hubSignature(raw, 'other')],
    ['is empty', ''],
    ['is cut', hubSignature(raw, SECRETS.jira).slice(0, 40)],
    ['is not hex', `sha256=${'x'.repeat(64)}`],
    ['has another method', hubSignature(raw, SECRETS.jira).replace('sha256', 'sha1')],
    ['is of the re-serialised body', hubSignature(JSON.stringify(JSON.parse(raw), null, 1), SECRETS.jira)],
  ])('that %s is 401, and nothing is stored', async (_name, signature) => {
    const before = rows();
    const answer = await post(jira, raw, {
      'content-type': 'application/json',
      ...(signature === undefined ? {} : { 'x-hub-signature': signature }),
    });

    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      error: { code: 'bad_signature', message: expect.any(String) },
      requestId: expect.any(String),
    });
    expect(rows()).toBe(before);
  });

  test('sent twice in one request is 401', async () => {
    const status = await new Promise<number>((done, fail) => {
      const request = httpRequest(
        jira,
        {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            'X-Hub-Signature': [hubSignature(raw, SECRETS.jira), 'x'],
          },
        },
        (response) => done(response.statusCode ?? 0),
      );
      request.on('error', fail);
      request.end(raw);
    });

    expect(status).toBe(401);
  });

  test('of the previous secret counts during a rotation', async () => {
    const mine = freshComment();

    expect((await post(jira, mine, jiraHeaders(mine))).status).toBe(202);
  });

  test.each([
    ['301 s old', () => Math.floor(Date.now() / 1000) - 301],
    ['301 s in the future', () => Math.floor(Date.now() / 1000) + 302],
    ['not a number', () => 'soon'],
  ])('of Slack that is %s is 401', async (_name, timestamp) => {
    const body = JSON.stringify(slackEvent(slackMessage({ type: 'app_mention' })));

    expect((await post(slack, body, slackHeaders(body, 'json', timestamp()))).status).toBe(401);
  });

  test('of Slack without a timestamp is 401', async () => {
    const body = JSON.stringify(slackEvent(slackMessage({ type: 'app_mention' })));
    const { 'x-slack-request-timestamp': _left, ...headers } = slackHeaders(body);

    expect((await post(slack, body, headers)).status).toBe(401);
  });
});

describe("Slack's url_verification", () => {
  const body = (challenge: unknown) => JSON.stringify({ token: 'x', type: 'url_verification', challenge });

  test('signed is echoed as text and not stored', async () => {
    const before = rows();
    const raw = body('3eZbrw1aBm2rZgRNFdxV');
    const answer = await post(slack, raw, slackHeaders(raw));

    expect(answer).toMatchObject({ status: 200, text: '3eZbrw1aBm2rZgRNFdxV' });
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(rows()).toBe(before);
  });

  test.each([
    ['unsigned', {}],
    ['badly signed', { 'x-slack-signature': slackSignature('x', 1, SECRETS.slack) }],
  ])('%s is 401 without an echo', async (_name, headers) => {
    const answer = await post(slack, body('secret-echo'), {
      'content-type': 'application/json',
      'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000)),
      ...headers,
    });

    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain('secret-echo');
  });

  test('with a long challenge is 400 without an echo', async () => {
    const raw = body('y'.repeat(201));
    const answer = await post(slack, raw, slackHeaders(raw));

    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('yyy');
  });
});

describe('a delivery that came before', () => {
  test('under the same id is a duplicate of the same event and cycle', async () => {
    const raw = freshComment();
    const first = await post(jira, raw, jiraHeaders(raw, 'again-1'));
    const second = await post(jira, raw, jiraHeaders(raw, 'again-1'));

    expect(second).toMatchObject({
      status: 200,
      body: { status: 'duplicate', eventId: first.body.eventId, cycleId: first.body.cycleId },
    });
  });

  test('under another id is a duplicate by its body', async () => {
    const raw = JSON.stringify(jiraBody('jira:issue_created', { issue: jiraIssue() }));
    const first = await post(jira, raw, jiraHeaders(raw, 'again-2'));
    const second = await post(jira, raw, jiraHeaders(raw, 'again-3'));

    expect(second).toMatchObject({ status: 200, body: { status: 'duplicate', eventId: first.body.eventId } });
  });

  test('with another body about the same comment is a duplicate by the change', async () => {
    const raw = freshComment();
    const other = JSON.stringify({ ...JSON.parse(raw), timestamp: Date.now() - 5 });
    const first = await post(jira, raw, jiraHeaders(raw));
    const second = await post(jira, other, jiraHeaders(other));

    expect(second.body).toMatchObject({ status: 'duplicate', eventId: first.body.eventId });
  });

  test('twenty times at once is stored once', async () => {
    const raw = freshComment();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => post(jira, raw, jiraHeaders(raw, `burst-${n}`))),
    );

    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.body.eventId)).size).toBe(1);
  });

  test('under a changed event key is quarantined', async () => {
    const raw = JSON.stringify(pullRequestBody());
    await post(bitbucket, raw, bitbucketHeaders(raw, 'pullrequest:comment_created'));
    const replayed = await post(bitbucket, raw, bitbucketHeaders(raw, 'pullrequest:fulfilled'));

    expect(replayed).toMatchObject({ status: 200, body: { status: 'quarantined' } });
    expect(replayed.body.reason).toContain('does not fit the body');
  });
});

describe('a signed body that cannot be read', () => {
  const bad: [string, string | Buffer][] = [
    ['empty', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['an endless number', '1e400'],
    ['invalid JSON', '{"a":'],
    ['followed by bytes', '{} trailing'],
    ['behind a byte order mark', '\uFEFF{}'],
    ['two documents', '{}{}'],
    ['nested 65 deep', `${'{"a":'.repeat(64)}{}${'}'.repeat(64)}`],
    ['nested 200,000 deep', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['of 20,001 keys', JSON.stringify(Object.fromEntries(Array.from({ length: 20_001 }, (_, n) => [n, 0])))],
  ];

  test.each(bad)('(%s) is 400 at Jira and kept as a dead letter', async (_name, raw) => {
    const answer = await post(jira, raw, jiraHeaders(raw));
    const id = /kept as (evt_\w+)/.exec(answer.body.error.message)?.[1] ?? '';

    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'unreadable_body' } } });
    expect(api.inbox.get(id)).toMatchObject({ status: 'dead_letter', eventType: 'unreadable' });
    expect(api.inbox.raw(id)?.equals(Buffer.from(raw))).toBe(true);
  });

  test.each(bad)('(%s) is 200 dead_letter at Slack', async (_name, raw) => {
    const answer = await post(slack, raw, slackHeaders(raw));

    expect(answer).toMatchObject({
      status: 200,
      body: { status: expect.stringMatching(/dead_letter|duplicate/), eventId: expect.any(String) },
    });
  });

  test.each([
    ['no payload', 'x=1'],
    ['two payloads', `${payloadForm(blockActions)}&${payloadForm(blockActions)}`],
    ['broken JSON', 'payload=%7B%22'],
    ['5,000 fields', Array.from({ length: 5_000 }, (_, n) => `f${n}=${n}`).join('&')],
  ])('with %s is 400 at Slack interactions', async (_name, raw) => {
    expect((await post(`${slack}/interactions`, raw, slackHeaders(raw, 'form'))).status).toBe(400);
  });
});

describe('odd but readable content', () => {
  test('prototype keys are accepted and change no prototype', async () => {
    made += 1;
    const raw = freshComment().replace(
      '{',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
    );
    const answer = await post(jira, raw, jiraHeaders(raw));

    expect(answer.status).toBe(202);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(JSON.stringify(api.inbox.get(answer.body.eventId)?.event)).not.toContain('polluted');
  });

  test('of duplicate keys the last counts', async () => {
    const raw = freshComment().replace('"webhookEvent"', '"webhookEvent":"user_created","webhookEvent"');
    const answer = await post(jira, raw, jiraHeaders(raw));

    expect(answer.status).toBe(202);
  });

  test('bytes that are not UTF-8 become U+FFFD', async () => {
    const [head = '', tail = ''] = freshComment().split('still');
    const raw = Buffer.concat([Buffer.from(head), Buffer.from([0xff]), Buffer.from(tail)]);
    const answer = await post(jira, raw, jiraHeaders(raw));

    expect(answer.status).toBe(202);
    expect(JSON.stringify(api.inbox.get(answer.body.eventId)?.event)).toContain('\uFFFD');
  });

  test.each([
    ['NUL and control characters', 'a\u0000b\u0007c'],
    ['line breaks and ANSI escapes', 'a\r\n\u001b[31mred'],
    ['half a surrogate pair', 'x\ud83d'],
  ])('%s in a text are stored', async (_name, text) => {
    const raw = freshComment().replace('Checkout fails on Safari', JSON.stringify(text).slice(1, -1));
    const answer = await post(jira, raw, jiraHeaders(raw));

    expect(answer.status).toBe(202);
    expect(api.inbox.raw(answer.body.eventId)?.toString()).toBe(raw);
  });

  test('an unknown event is stored as ignored', async () => {
    const raw = JSON.stringify(jiraBody('user_created', { n: Math.random() }));
    const answer = await post(jira, raw, jiraHeaders(raw));

    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'ignored', reason: 'no cycle answers user_created' },
    });
    expect(api.inbox.get(answer.body.eventId)).toMatchObject({
      status: 'ignored',
      eventType: 'user_created',
    });
  });

  test.each(['../../x', 'A-1/../../rest', '%2e%2e', 'A-1?x=', `A-${'1'.repeat(300)}`])(
    'the issue key %j is quarantined',
    async (key) => {
      const raw = freshComment({ issue: jiraIssue({ key }) });

      expect(await post(jira, raw, jiraHeaders(raw))).toMatchObject({
        status: 200,
        body: { status: 'quarantined' },
      });
    },
  );

  test('an address in a body is never called', async () => {
    let called = 0;
    const { createServer } = await import('node:http');
    const trap = createServer((_request, response) => {
      called += 1;
      response.end();
    });
    await new Promise<void>((done) => {
      trap.listen(0, '127.0.0.1', done);
    });
    const address = `http://127.0.0.1:${(trap.address() as { port: number }).port}`;
    const form = payloadForm({ ...blockActions, response_url: `${address}/x`, trigger_id: '1' });
    const raw = freshComment({ issue: jiraIssue({ self: `${address}/rest/api/2/issue/1` }) });

    await post(`${slack}/interactions`, form, slackHeaders(form, 'form'));
    await post(jira, raw, jiraHeaders(raw));
    await new Promise((done) => {
      trap.close(done);
    });

    expect(called).toBe(0);
  });
});

describe('the outside of a request', () => {
  test.each([
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
  ])('the content type %s is 415', async (type) => {
    const raw = freshComment();

    expect((await post(jira, raw, { ...jiraHeaders(raw), 'content-type': type })).status).toBe(415);
  });

  test('JSON at a form address is 415', async () => {
    const raw = JSON.stringify(blockActions);

    expect((await post(`${slack}/interactions`, raw, slackHeaders(raw))).status).toBe(415);
  });

  test.each(['gzip', 'br', 'deflate', 'identity, gzip'])(
    'the content encoding %s is 415',
    async (encoding) => {
      const raw = freshComment();

      expect((await post(jira, raw, { ...jiraHeaders(raw), 'content-encoding': encoding })).status).toBe(415);
    },
  );

  test.each([
    ['Jira', 'jira', 5 * 1024 * 1024],
    ['Bitbucket', 'bitbucket', 1024 * 1024],
    ['Slack', 'slack', 1024 * 1024],
  ])('one byte over the limit of %s is 413', async (_name, source, limit) => {
    const raw = Buffer.alloc(limit + 1, 0x20);
    const answer = await post(`${api.url}/webhooks/${source}`, raw, { 'content-type': 'application/json' });

    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'too_large' } } });
    expect(answer.headers.get('connection')).toBe('close');
  });

  test('a body at the limit of Jira is read', async () => {
    const text = freshComment();
    const raw = text + ' '.repeat(5 * 1024 * 1024 - text.length);

    expect((await post(jira, raw, jiraHeaders(raw))).status).toBe(202);
  });

  test('a body over the limit without a length is 413, and the socket is closed', async () => {
    const answer = await chunked(api.port, 1024 * 1024 + 10);

    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toMatch(/Connection: close/i);
  });

  test('headers over 16 KiB are 431', async () => {
    const answer = await raw(
      api.port,
      `GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`,
    );

    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('"error"');
  });

  test('what is not HTTP is 400', async () => {
    expect(await raw(api.port, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a sender that goes away in the middle leaves nothing', async () => {
    const before = rows();
    await new Promise<void>((done) => {
      const socket = connect(api.port, '127.0.0.1', () => {
        socket.write(
          'POST /webhooks/jira HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"',
        );
        setTimeout(() => socket.destroy(), 30);
      });
      socket.on('close', () => done());
    });

    expect((await ask(`${api.url}/health`)).status).toBe(200);
    expect(rows()).toBe(before);
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])('%s on a webhook is 405', async (method) => {
    const answer = await ask(jira, { method });

    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
  });

  test('OPTIONS on a webhook is 204 without any cross-origin permission', async () => {
    const answer = await ask(jira, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });

    expect(answer.status).toBe(204);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

function chunked(port: number, size: number): Promise<string> {
  const head =
    'POST /webhooks/slack HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
  const block = `${(64 * 1024).toString(16)}\r\n${' '.repeat(64 * 1024)}\r\n`;
  return raw(port, head + block.repeat(Math.ceil(size / (64 * 1024)) + 1));
}

/** Everything the server sends until it closes. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((done, fail) => {
    let seen = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      seen += chunk.toString();
    });
    socket.on('close', () => done(seen));
    socket.on('error', fail);
  });
}
