import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createHttpClient, type HttpClient, segment } from '../../src/integrations/http.js';
import { connectionError, retryAfterOf } from '../../src/integrations/http-failure.js';
import { failureOf } from '../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.js';

const ok = z.object({ ok: z.boolean() });
const GET = { method: 'GET', path: '/thing' };
const POST = { method: 'POST', path: '/thing', body: { a: 1 } };

let server: ScriptedServer;
let http: HttpClient;

beforeEach(async () => {
  server = await startScriptedServer();
  http = clientFor(server.url);
});

afterEach(() => server.close());

function clientFor(url: string, more: { timeoutMs?: number; maxBytes?: number } = {}): HttpClient {
  return createHttpClient({
    service: 'jira',
    baseUrl: `${url}/base/`,
    headers: { authorization: 'Bearer s3cret' },
    timeoutMs: 2_000,
    messageOf: (body) => (typeof body === 'string' ? body : JSON.stringify(body)),
    ...more,
  });
}

describe('a request', () => {
  test('goes below the base URL with its query, JSON body and headers', async () => {
    server.answer({ body: { ok: true } });

    await http.send({ ...POST, query: { a: 'x y', b: 2, c: undefined } }, ok);

    const [request] = server.received;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/base/thing',
      query: { a: 'x y', b: '2' },
      json: { a: 1 },
    });
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer s3cret',
      accept: 'application/json',
      'content-type': 'application/json',
    });
  });

  test('repeats a parameter that is a list', async () => {
    server.answer({ body: { ok: true } });

    await http.send({ ...GET, query: { state: ['OPEN', 'MERGED'], page: 1 } }, ok);

    expect(server.received[0]?.search).toBe('?state=OPEN&state=MERGED&page=1');
  });

  test.each(['/../secret', '//evil.example/x', 'thing', '/%2e%2e/x'])(
    'with the path %s never leaves',
    async (path) => {
      await expect(http.send({ method: 'GET', path }, ok)).rejects.toThrow(TypeError);
      expect(server.received).toEqual([]);
    },
  );

  test('an empty 2xx body is read as null', async () => {
    server.answer({ status: 204 });

    expect(await http.send(GET, z.null())).toBeNull();
  });

  test('a segment is encoded, and refused where a URL would resolve it away', () => {
    expect(segment('a/b?c#d{e}')).toBe('a%2Fb%3Fc%23d%7Be%7D');
    expect(() => segment('..')).toThrow(TypeError);
  });
});

describe('a status that is no success', () => {
  test.each([
    [400, 'invalid', false, false],
    [401, 'auth', false, false],
    [403, 'forbidden', false, false],
    [404, 'not_found', false, false],
    [408, 'timeout', true, true],
    [409, 'conflict', false, false],
    [410, 'not_found', false, false],
    [413, 'invalid', false, false],
    [422, 'invalid', false, false],
    [429, 'rate_limit', true, false],
    [500, 'unavailable', true, true],
    [502, 'unavailable', true, true],
    [503, 'unavailable', true, true],
  ])('%i is %s', async (status, code, retryable, maybeApplied) => {
    server.answer(
      { status, body: { why: 'x' }, headers: { 'x-request-id': 'r-1' } },
      { status, body: { why: 'x' } },
    );

    const read = await failureOf(http.send(GET, ok));
    const write = await failureOf(http.send(POST, ok));

    expect(read).toMatchObject({
      service: 'jira',
      status,
      code,
      retryable,
      outcomeUnknown: false,
      requestId: 'r-1',
    });
    expect(write).toMatchObject({ status, code, retryable, outcomeUnknown: maybeApplied });
    expect(read.message).toContain(`jira answered ${status} to GET /thing: {"why":"x"}`);
  });

  test('the vendor sentence is one line, capped, and holds no secret of ours', async () => {
    server.answer({ status: 400, body: `bad\n\u202Ething ${'x'.repeat(5_000)}` });

    const { message } = await failureOf(http.send(GET, ok));

    expect(message).toContain('bad thing x');
    expect(message.length).toBeLessThan(400);
    expect(message).not.toContain('s3cret');
  });

  test.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1_500],
    [{ 'retry-after': new Date(60_000).toUTCString() }, 50_000],
    [{ 'retry-after': new Date(0).toUTCString() }, 0],
    [{ 'x-ratelimit-reset': '1970-01-01T00:00:12Z' }, 2_000],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': 'soon', 'x-ratelimit-reset': '1970-01-01T00:00:12Z' }, 2_000],
    [{}, null],
  ])('%j asks to wait %j ms', (headers, expected) => {
    expect(retryAfterOf(new Headers(headers as Record<string, string>), 10_000)).toBe(expected);
  });

  test('a 503 says nothing by the time at which a quota is counted anew', async () => {
    server.answer({
      status: 503,
      headers: { 'x-ratelimit-reset': new Date(Date.now() + 3_600_000).toISOString() },
    });

    expect(await failureOf(http.send(GET, ok))).toMatchObject({ code: 'unavailable', retryAfterMs: null });
  });

  test('a 503 keeps what the vendor asked us to wait', async () => {
    server.answer({ status: 503, headers: { 'retry-after': '3' } });

    expect((await failureOf(http.send(GET, ok))).retryAfterMs).toBe(3_000);
  });
});

describe('no usable answer', () => {
  test('a refused connection is a network error that cannot have applied a write', async () => {
    const { url } = server;
    await server.close();

    const error = await failureOf(clientFor(url).send(POST, ok));

    expect(error).toMatchObject({ code: 'network', status: null, retryable: true, outcomeUnknown: false });
    expect(error.message).toContain('ECONNREFUSED');
  });

  test.each([
    ['a name that leads nowhere', () => 'http://nowhere.invalid'],
    ['a port that speaks no TLS', () => server.url.replace('http:', 'https:')],
  ])('F23: %s is a network error that cannot have applied a write', async (_what, url) => {
    expect(await failureOf(clientFor(url()).send(POST, ok))).toMatchObject({
      code: 'network',
      status: null,
      retryable: true,
      outcomeUnknown: false,
    });
  });

  test.each([
    ['ECONNREFUSED', false],
    ['ECONNRESET', true],
    ['EPIPE', true],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', true],
  ])('F23: after %s a write may have been applied: %s', (code, outcomeUnknown) => {
    const sent = { service: 'jira', method: 'POST', path: '/thing', write: true } as const;
    const failed = new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

    expect(connectionError(sent, failed, false)).toMatchObject({ code: 'network', outcomeUnknown });
  });

  test.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('F23: %s is for a person to mend, and no write can have been applied', (code) => {
    const sent = { service: 'jira', method: 'POST', path: '/thing', write: true } as const;
    const failed = new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

    expect(connectionError(sent, failed, false)).toMatchObject({
      code: 'certificate',
      retryable: false,
      outcomeUnknown: false,
      message: expect.stringContaining(`not believed (${code}), so nothing was sent; check JIRA_BASE_URL`),
    });
  });

  test('a socket cut before the answer leaves the outcome of a write open, and of a read not', async () => {
    server.answer({ cut: 'before' }, { cut: 'before' }, { cut: 'before' });

    expect(await failureOf(http.send(POST, ok))).toMatchObject({
      code: 'network',
      retryable: true,
      outcomeUnknown: true,
    });
    expect(await failureOf(http.send(GET, ok))).toMatchObject({ code: 'network', outcomeUnknown: false });
    expect(await failureOf(http.send({ ...POST, readOnly: true }, ok))).toMatchObject({
      outcomeUnknown: false,
    });
  });

  test('a body that breaks off leaves the outcome of a write open', async () => {
    server.answer({ cut: 'mid', body: { ok: true, long: 'x'.repeat(1_000) } });

    expect(await failureOf(http.send(POST, ok))).toMatchObject({ retryable: true, outcomeUnknown: true });
  });

  test('a server that never answers ends in a timeout', async () => {
    server.answer({ cut: 'hang' });

    const error = await failureOf(clientFor(server.url, { timeoutMs: 100 }).send(POST, ok));

    expect(error).toMatchObject({ code: 'timeout', retryable: true, outcomeUnknown: true });
  });

  test('an aborted caller gets its own reason back', async () => {
    server.answer({ cut: 'hang' });
    const controller = new AbortController();
    const reason = new Error('cancelled by the workflow');
    setTimeout(() => controller.abort(reason), 30);

    await expect(http.send({ ...GET, signal: controller.signal }, ok)).rejects.toBe(reason);
  });

  test.each([
    ['no JSON', { body: '<html>login</html>' }],
    ['another shape', { body: { ok: 'yes' } }],
    ['too many bytes', { body: { ok: true, long: 'x'.repeat(3_000) } }],
  ])('a 200 with %s is a bad reply', async (_what, answer) => {
    server.answer(answer);

    const error = await failureOf(clientFor(server.url, { maxBytes: 2_000 }).send(POST, ok));

    expect(error).toMatchObject({ code: 'bad_reply', status: 200, retryable: false, outcomeUnknown: true });
  });

  test('a larger answer is read where the request allows it', async () => {
    server.answer({ body: { ok: true, padding: 'x'.repeat(3_000) } });

    const client = clientFor(server.url, { maxBytes: 2_000 });

    expect(await client.send({ ...GET, maxBytes: 4_000 }, ok)).toEqual({ ok: true });
  });
});

describe('a redirect', () => {
  test('is refused, because our token would go with it', async () => {
    server.answer({ status: 302, headers: { location: 'https://evil.example/' } });

    const error = await failureOf(http.send(GET, ok));

    expect(error).toMatchObject({ code: 'bad_reply', status: 302, retryable: false });
    expect(error.message).toContain('check the base URL');
  });

  test('within the same origin is followed where the vendor is known to answer so, and only for reads', async () => {
    const location = `${server.url}/base/other`;
    server.answer(
      { status: 302, headers: { location } },
      { body: { ok: true } },
      { status: 302, headers: { location } },
    );

    expect(await http.send({ ...GET, followOwnRedirects: true }, ok)).toEqual({ ok: true });
    expect(await failureOf(http.send({ ...POST, followOwnRedirects: true }, ok))).toMatchObject({
      status: 302,
    });
  });

  test('to another origin is refused even there', async () => {
    server.answer({ status: 302, headers: { location: 'https://evil.example/' } });

    expect(await failureOf(http.send({ ...GET, followOwnRedirects: true }, ok))).toMatchObject({
      status: 302,
    });
    expect(server.received).toHaveLength(1);
  });
});
