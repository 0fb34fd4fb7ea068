/** What a person sees whose browser followed a link without a token. */
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startTestApi, type TestApi } from './support/test-api.js';

/** As Chromium sends it. */
const BROWSER =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi({
    config: ({ server }) => ({ server: { ...server, adminToken: 'x'.repeat(40) } }),
  });
});
afterEach(() => api.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Raw, so that a path leaves as it is written. */
function open(path: string, accept = BROWSER, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: '127.0.0.1', port: api.port, path, method, headers: { accept, host: 'pm.example' } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(parts).toString('utf8'),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('a browser without a token', () => {
  test('reads what happened and what to do, in place of JSON', async () => {
    const { status, headers, text } = await open('/api/cycles/cycle-jira-12ab');

    expect(status).toBe(401);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'www-authenticate': 'Bearer realm="pm-agent"',
      vary: expect.stringContaining('Accept'),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['location']).toBeUndefined();
    expect(text).toContain('pm-agent does not know who you are');
    expect(text).toContain('npx pm-agent show cycle-jira-12ab');
    expect(text).toContain('PM_AGENT_TOKEN');
    expect(text).toContain('pm-agent token create');
  });

  test('gets a page that loads, sends and runs nothing but its own style', async () => {
    const { headers, text } = await open('/api/cycles/cycle-jira-12ab');
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(text) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');

    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
    );
    expect(text).not.toMatch(/<script|<form|<img|<link|https?:/);
  });

  test('is told the same of what is there and of what is not', async () => {
    const shownOf = async (id: string) =>
      (await open(`/api/approvals/${id}`)).text.replace(/request <code>[^<]*/, '');

    expect(await shownOf('a'.repeat(32))).toBe(await shownOf('b'.repeat(32)));
  });

  test.each([
    '/api/cycles/%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    '/api/cycles/x%22onload=%22y',
    `/api/cycles/${'x'.repeat(500)}`,
  ])('reads nothing of a path that is no id of ours: %s', async (path) => {
    const { status, text } = await open(path);

    expect(status).toBe(401);
    expect(text).toContain('npx pm-agent cycles');
    expect(text).not.toMatch(/alert|onload|xxxxx/);
  });

  test('reads of other failures, too', async () => {
    const { status, text } = await open('/nowhere');

    expect(status).toBe(404);
    expect(text).toContain('<h1>There is nothing here</h1>');
    expect(text).toContain('There is nothing at this path.');
  });
});

test.each([
  ['a program that takes anything', '*/*', 'GET'],
  ['one that wants JSON', 'application/json', 'GET'],
  ['one that wants JSON rather than a page', 'application/json, text/html;q=0.5', 'GET'],
  ['a write, whatever it takes', BROWSER, 'POST'],
])('JSON stays for %s', async (_who, accept, method) => {
  const path = method === 'POST' ? '/api/pause' : '/api/cycles/cycle-jira-12ab';
  const { status, headers, text } = await open(path, accept, method);

  expect(status).toBeGreaterThanOrEqual(400);
  expect(headers['content-type']).toContain('application/json');
  expect(JSON.parse(text)).toMatchObject({ error: { code: expect.any(String) } });
});
