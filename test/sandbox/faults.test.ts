import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { adf, eventOf, startSandbox, type TestSandbox } from './running-sandbox.js';

let sandbox: TestSandbox;
const COMMENTS = '/jira/rest/api/3/issue/PAY-7/comment';

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

async function fault(rule: Record<string, unknown>): Promise<void> {
  expect((await sandbox.post('/_faults', rule)).status).toBe(200);
}

const comment = () => sandbox.post(COMMENTS, { body: adf('Hello') });
const commentCount = async () => (await sandbox.get(COMMENTS)).body.total as number;

describe('a webhook that is lost', () => {
  test('waits, over a restart too, until it is released; those that the fault does not match arrive', async () => {
    await fault({ vendor: 'jira', kind: 'lose_webhook', match: '^comment_', times: 2 });
    await comment();
    await sandbox.put('/jira/rest/api/3/issue/PAY-7', { fields: { summary: 'Another' } });
    const states = async () => {
      const { webhooks } = (await sandbox.get('/_state')).body;
      return webhooks.map(({ state }: any) => state).sort();
    };
    await eventually(async () => expect(await states()).toEqual(['delivered', 'lost']));
    await sandbox.restart();
    expect(await states()).toEqual(['delivered', 'lost']);
    expect(sandbox.hooks.map(eventOf)).toEqual(['jira:issue_updated']);

    expect((await sandbox.post('/_webhooks/release?vendor=slack')).body).toEqual({ released: 0 });
    expect((await sandbox.post('/_webhooks/release')).body).toEqual({ released: 1 });

    await sandbox.hook('comment_created');
    expect((await sandbox.post('/_webhooks/release?vendor=fax')).status).toBe(400);
  });

  test('is lost as often as told, and hits no call', async () => {
    await fault({ vendor: 'jira', kind: 'lose_webhook', match: null, times: 1 });

    expect((await comment()).status).toBe(201);
    await comment();
    await sandbox.hook('comment_created');

    expect(sandbox.hooks).toHaveLength(1);
    expect((await sandbox.get('/_faults')).body.items).toEqual([]);
  });
});

describe('a fault', () => {
  test.each([
    [
      'jira',
      '/jira/rest/api/3/myself',
      { errorMessages: ['Rate limit exceeded. Please retry later.'], errors: {} },
    ],
    [
      'bitbucket',
      '/bitbucket/2.0/user',
      { type: 'error', error: { message: 'Rate limit for this resource has been exceeded' } },
    ],
    ['slack', '/slack/auth.test', { ok: false, error: 'ratelimited' }],
    ['anthropic', '/anthropic/v1/messages', { type: 'error', error: { type: 'rate_limit_error' } }],
  ])('of kind status answers in the shape of %s, as often as told', async (vendor, path, body) => {
    await fault({ vendor, kind: 'status', status: 429, headers: { 'Retry-After': '7' }, times: 2 });

    const [first, second, third] = [
      await sandbox.get(path),
      await sandbox.get(path),
      await sandbox.get(path),
    ];

    expect(first).toMatchObject({ status: 429, body });
    expect(first.headers.get('retry-after')).toBe('7');
    expect(second.status).toBe(429);
    expect(third.status).not.toBe(429);
  });

  test.each([
    ['issue', 'jira-per-issue-on-write'],
    ['burst', 'jira-burst-based'],
    ['quota', 'jira-quota-tenant-based'],
  ])(
    'of kind rate_limit says which of Jira’s limits was reached (%s), and until when',
    async (limit, reason) => {
      await fault({ vendor: 'jira', kind: 'rate_limit', limit, ms: 7_000, times: 1 });

      const before = Date.now();
      const { status, headers } = await sandbox.get('/jira/rest/api/3/myself');

      expect(status).toBe(429);
      expect(headers.get('ratelimit-reason')).toBe(reason);
      expect(headers.get('retry-after')).toBe('7');
      expect(headers.get('x-ratelimit-remaining')).toBe('0');
      expect(Date.parse(String(headers.get('x-ratelimit-reset')))).toBeGreaterThanOrEqual(before + 7_000);
    },
  );

  test('of kind rate_limit is Slack’s with its one header', async () => {
    await fault({ vendor: 'slack', kind: 'rate_limit', ms: 1_500, times: 1 });

    const { status, headers, body } = await sandbox.post('/slack/auth.test');

    expect({ status, body }).toEqual({ status: 429, body: { ok: false, error: 'ratelimited' } });
    expect(headers.get('retry-after')).toBe('2');
    expect(headers.get('ratelimit-reason')).toBeNull();
  });

  test('of kind expired_token answers as to nobody, and says so in a header only', async () => {
    await fault({ vendor: 'jira', kind: 'expired_token', times: 100 });
    const asked = async (path: string) => {
      const { status, headers, body } = await sandbox.get(path);
      expect(headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED');
      return { status, body };
    };

    expect(await asked('/jira/rest/api/3/search/jql?jql=project%3DPAY')).toEqual({
      status: 200,
      body: { issues: [], isLast: true },
    });
    expect(await asked('/jira-dc/rest/api/2/search?jql=project%3DPAY')).toMatchObject({
      status: 200,
      body: { total: 0, issues: [] },
    });
    expect(await asked('/jira/rest/api/3/issue/PAY-1')).toMatchObject({ status: 404 });
    expect(await asked('/jira/rest/api/3/myself')).toMatchObject({ status: 401 });
    expect((await comment()).status).toBe(404);
    await sandbox.delete('/_faults');
    expect(await commentCount()).toBe(0);
  });

  test('of kind expired_token is one of Jira’s', async () => {
    expect((await sandbox.post('/_faults', { vendor: 'slack', kind: 'expired_token' })).status).toBe(400);
  });

  test.each([
    [401, 'invalid_auth'],
    [403, 'missing_scope'],
    [404, 'channel_not_found'],
    [409, 'is_archived'],
  ])('of kind status with %i is what Slack refuses so, by 200', async (status, error) => {
    await fault({ vendor: 'slack', kind: 'status', status, times: 1 });

    expect(await sandbox.post('/slack/auth.test')).toMatchObject({ status: 200, body: { ok: false, error } });
  });

  test('hits only what it matches, by method and path without the query', async () => {
    await fault({
      vendor: 'jira',
      kind: 'status',
      status: 503,
      match: '^POST /rest/api/3/issue/[^/]+/comment$',
      times: 1,
    });

    expect((await sandbox.get(`${COMMENTS}?maxResults=1`)).status).toBe(200);
    expect((await comment()).status).toBe(503);
    expect((await comment()).status).toBe(201);
  });

  test('of kind cut_before breaks the connection and applies nothing', async () => {
    await fault({ vendor: 'jira', kind: 'cut_before', match: '^POST', times: 1 });

    await expect(comment()).rejects.toThrow();
    expect(await commentCount()).toBe(0);
    expect((await sandbox.get('/_received?vendor=jira')).body.items[0]).toMatchObject({
      method: 'POST',
      status: null,
      fault: 'cut_before',
    });
  });

  test('of kind cut_after applies the call, then breaks the connection', async () => {
    await fault({ vendor: 'jira', kind: 'cut_after', match: '^POST', times: 1 });

    await expect(comment()).rejects.toThrow();
    expect(await commentCount()).toBe(1);
    expect((await sandbox.get('/_received?vendor=jira')).body.items[0]).toMatchObject({
      method: 'POST',
      status: 201,
      fault: 'cut_after',
    });
  });

  test('of kind delay waits, then answers', async () => {
    await fault({ vendor: 'slack', kind: 'delay', ms: 150, times: 1 });

    const started = Date.now();
    const answer = await sandbox.post('/slack/auth.test');

    expect(answer.body.ok).toBe(true);
    expect(Date.now() - started).toBeGreaterThanOrEqual(145);
  });

  test('survives a restart, is listed, and can be taken back', async () => {
    await fault({ vendor: 'jira', kind: 'status', status: 500, times: 3 });
    await sandbox.get('/jira/rest/api/3/myself');

    await sandbox.restart();
    const listed = await sandbox.get('/_faults');
    await sandbox.delete('/_faults');

    expect(listed.body.items).toMatchObject([{ vendor: 'jira', kind: 'status', times: 2 }]);
    expect((await sandbox.get('/jira/rest/api/3/myself')).status).toBe(200);
  });

  test.each([
    [{ kind: 'status', status: 500 }, '"vendor"'],
    [{ vendor: 'jira', kind: 'explode' }, '"kind"'],
    [{ vendor: 'jira', kind: 'status' }, '"status"'],
    [{ vendor: 'jira', kind: 'delay' }, '"ms"'],
    [{ vendor: 'jira', kind: 'rate_limit' }, '"ms"'],
    [{ vendor: 'jira', kind: 'rate_limit', ms: 1, limit: 'sky' }, '"limit"'],
    [{ vendor: 'jira', kind: 'cut_before', match: '(' }, '"match"'],
    [{ vendor: 'jira', kind: 'cut_before', times: 0 }, '"times"'],
  ])('%j is refused with what is wrong', async (rule, message) => {
    const refused = await sandbox.post('/_faults', rule);

    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain(message);
  });
});

describe('hide_markers', () => {
  const HIDDEN_MS = 400;

  const seenBy: readonly (readonly [string, string, unknown, string, (body: any) => string])[] = [
    ['jira', COMMENTS, { body: adf('Marked') }, COMMENTS, (body) => JSON.stringify(body.comments)],
    [
      'bitbucket',
      '/bitbucket/2.0/repositories/acme/pay-api/pullrequests/1/comments',
      { content: { raw: 'Marked' } },
      '/bitbucket/2.0/repositories/acme/pay-api/pullrequests/1/comments',
      (body) => JSON.stringify(body.values),
    ],
    [
      'slack',
      '/slack/chat.postMessage',
      { channel: 'C0PAY', text: 'Marked' },
      '/slack/conversations.history?channel=C0PAY',
      (body) => JSON.stringify(body.messages),
    ],
  ];

  test.each(seenBy)(
    'hides what a write to %s made, from reads, for a while',
    async (vendor, write, body, read, shown) => {
      await fault({ vendor, kind: 'hide_markers', match: '^POST', ms: HIDDEN_MS, times: 1 });

      const written = await sandbox.post(write, body);
      const soon = await sandbox.get(read);
      await new Promise((resolve) => setTimeout(resolve, HIDDEN_MS + 20));
      const later = await sandbox.get(read);

      expect(written.status).toBeLessThan(300);
      expect(shown(soon.body)).not.toContain('Marked');
      expect(shown(later.body)).toContain('Marked');
    },
  );

  test('shows the state before a change, and a later write loses nothing', async () => {
    await fault({ vendor: 'jira', kind: 'hide_markers', match: 'transitions', ms: HIDDEN_MS, times: 1 });
    const issue = '/jira/rest/api/3/issue/PAY-3';

    await sandbox.post(`${issue}/transitions`, { transition: { id: '31' } });
    const soon = await sandbox.get(`${issue}?fields=status`);
    await sandbox.put(issue, { fields: { summary: 'Renamed' } });
    await new Promise((resolve) => setTimeout(resolve, HIDDEN_MS + 20));
    const later = await sandbox.get(`${issue}?fields=status,summary`);

    expect(soon.body.fields.status.name).toBe('In Progress');
    expect(later.body.fields).toMatchObject({ status: { name: 'In Review' }, summary: 'Renamed' });
  });

  test('works together with a cut, as an eventually consistent vendor does', async () => {
    await fault({ vendor: 'jira', kind: 'hide_markers', match: '^POST', ms: HIDDEN_MS, times: 1 });
    await fault({ vendor: 'jira', kind: 'cut_after', match: '^POST', times: 1 });

    await expect(comment()).rejects.toThrow();

    expect(await commentCount()).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, HIDDEN_MS + 20));
    expect(await commentCount()).toBe(1);
  });
});
