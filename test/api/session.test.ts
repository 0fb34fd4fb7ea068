/** Signing a page in and out over real sockets: cookie, CSRF, where from, how long. */
import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SESSION_IDLE_MS, SESSION_LONGEST_MS } from '../../src/api/sessions.js';
import { storeCycle } from './support/stored-cycle.js';
import { startTestApi, type TestApi } from './support/test-api.js';
import { makeToken, withTokens } from './support/tokens.js';

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: unknown;
}

interface Answer {
  readonly status: number;
  readonly body: any;
  readonly cookies: readonly string[];
}

let api: TestApi;
let now: number;

beforeEach(async () => {
  now = Date.parse('2026-11-23T10:00:00Z');
  api = await startTestApi({ clock: () => new Date(now) });
});
afterEach(() => api.close());

/** fetch neither shows Set-Cookie of another origin nor lets a caller choose Host and Origin. */
function send({ method = 'GET', path = '/api/session', headers = {}, body }: Sent): Promise<Answer> {
  const sent = Object.fromEntries(
    Object.entries({
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  return new Promise((done, fail) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: api.port, path, method, headers: sent, setHost: sent['host'] === undefined },
      (response) => {
        let text = '';
        response.on('data', (part) => (text += part));
        response.on('end', () =>
          done({
            status: response.statusCode ?? 0,
            body: text === '' ? null : JSON.parse(text),
            cookies: response.headers['set-cookie'] ?? [],
          }),
        );
      },
    );
    request.on('error', fail);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const own = () => ({ host: `127.0.0.1:${api.port}`, origin: `http://127.0.0.1:${api.port}` });
const PUBLIC = { host: 'pm.example', origin: 'https://pm.example', 'x-forwarded-proto': 'https' };

function pairOf(cookies: readonly string[]): string {
  return cookies[0]?.split(';')[0] ?? '';
}

async function signIn(headers: Record<string, string> = own(), given: Parameters<typeof makeToken>[1] = {}) {
  const token = makeToken(api.config, given);
  const answer = await send({ method: 'POST', headers, body: { token: token.secret } });
  expect(answer.status).toBe(201);
  return { token, answer, cookie: pairOf(answer.cookies), csrf: String(answer.body.csrfToken) };
}

describe('signing in', () => {
  test('answers who it is, and sets a cookie that no script can read', async () => {
    const { answer, cookie } = await signIn(own(), { name: 'ops', scope: 'read' });

    expect(answer.body).toEqual({
      operator: { id: 'ops', name: 'ops', scope: 'read' },
      via: 'session',
      csrfToken: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: new Date(now + SESSION_LONGEST_MS).toISOString(),
    });
    expect(cookie).toMatch(/^pm_agent_session=[\w-]{43}$/);
    expect(answer.cookies[0]).toBe(`${cookie}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict`);
  });

  test('over HTTPS the cookie is for this host and HTTPS alone', async () => {
    const { answer } = await signIn(PUBLIC);

    expect(answer.cookies[0]).toMatch(/^__Host-pm_agent_session=.*; HttpOnly; SameSite=Strict; Secure$/);
    expect(answer.cookies[0]).not.toContain('Domain');
  });

  test.each([
    ['another host than the machine, by plain HTTP', { host: 'pm.example' }],
    ['a proxy with TLS on the machine itself', { host: 'localhost', origin: 'https://localhost' }],
  ])('%s gets no cookie that plain HTTP would carry', async (_name, headers) => {
    expect((await signIn(headers)).answer.cookies[0]).toContain('; Secure');
  });

  test('takes the bearer token instead, without a body', async () => {
    const { bearer } = makeToken(api.config);

    expect((await send({ method: 'POST', headers: bearer })).status).toBe(201);
  });

  test('needs no token while there is none, at the machine itself', async () => {
    const answer = await send({ method: 'POST', headers: own(), body: {} });

    expect(answer).toMatchObject({ status: 201, body: { operator: { id: 'local', scope: 'admin' } } });
    expect((await send({ headers: { cookie: pairOf(answer.cookies) } })).body.via).toBe('session');
  });

  test('gives a new id each time, and the one before ends', async () => {
    const first = await signIn();
    const again = await send({
      method: 'POST',
      headers: { ...own(), cookie: first.cookie },
      body: { token: first.token.secret },
    });

    expect(pairOf(again.cookies)).not.toBe(first.cookie);
    expect((await send({ headers: { cookie: first.cookie } })).status).toBe(401);
    expect((await send({ headers: { cookie: pairOf(again.cookies) } })).status).toBe(200);
  });

  test.each([
    ['no token', {}, 401],
    ['a wrong token', { token: 'nope' }, 401],
    ['an empty token', { token: '' }, 400],
    ['a token that is a number', { token: 7 }, 400],
    ['another field', { password: 'x' }, 400],
  ])('with %s is refused', async (_name, body, status) => {
    makeToken(api.config);

    const answer = await send({ method: 'POST', headers: own(), body });

    expect(answer.status).toBe(status);
    expect(answer.cookies).toEqual([]);
  });

  test.each([
    ['a foreign page', { origin: 'https://evil.example' }],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }],
    ['a page that hides where it is', { origin: 'null' }],
    ['a foreign page, says the browser', { origin: undefined, 'sec-fetch-site': 'cross-site' }],
    ['a page beside ours, says the browser', { origin: undefined, 'sec-fetch-site': 'same-site' }],
  ])('by %s is 403, also with a good token', async (_name, headers) => {
    const { secret } = makeToken(api.config);

    const answer = await send({ method: 'POST', headers: { ...own(), ...headers }, body: { token: secret } });

    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'foreign_origin' } } });
  });

  test('is closed for an address that guessed twenty times, until the minute is over', async () => {
    const { secret } = makeToken(api.config);
    for (let n = 0; n < 21; n += 1) {
      await send({ method: 'POST', headers: own(), body: { token: `wrong-${n}` } });
    }
    const closed = await send({ method: 'POST', headers: own(), body: { token: secret } });
    now += 60_000;
    const open = await send({ method: 'POST', headers: own(), body: { token: secret } });

    expect(closed).toMatchObject({ status: 429, body: { error: { code: 'too_many_attempts' } } });
    expect(open.status).toBe(201);
  });
});

describe('a session', () => {
  async function decide(headers: Record<string, string | undefined>) {
    const stored = await storeCycle(api);
    api.answers.push({
      kind: 'applied',
      state: {
        approvalId: stored.approvalId,
        actionId: stored.asked.actionId,
        hash: stored.asked.hash,
        status: 'approved',
        decidedBy: null,
        decidedAt: null,
        reason: null,
        note: null,
      },
    });
    return send({
      method: 'POST',
      path: `/api/approvals/${stored.approvalId}/decision`,
      headers,
      body: { decision: 'approve', hash: stored.asked.hash },
    });
  }

  test('reads without a CSRF token, and tells it to its own page', async () => {
    const { cookie, csrf } = await signIn();

    const who = await send({ headers: { cookie } });

    expect(who).toMatchObject({ status: 200, body: { via: 'session', csrfToken: csrf } });
    expect((await send({ path: '/api/cycles', headers: { cookie } })).status).toBe(200);
  });

  test('decides with it, as the page', async () => {
    const { cookie, csrf } = await signIn();

    expect((await decide({ ...own(), cookie, 'x-csrf-token': csrf })).status).toBe(200);
    expect(JSON.parse(api.delivered[0]?.input ?? '').by).toEqual({ id: 'ops', name: 'ops', channel: 'web' });
  });

  test('of a client that names no origin decides with it too', async () => {
    const { cookie, csrf } = await signIn();

    expect((await decide({ cookie, 'x-csrf-token': csrf })).status).toBe(200);
  });

  test('of HTTPS does not write for a page of plain HTTP', async () => {
    const { cookie, csrf } = await signIn(PUBLIC);
    const headers = { ...PUBLIC, cookie, 'x-csrf-token': csrf };

    expect((await decide({ ...headers, origin: 'http://pm.example' })).status).toBe(403);
    expect((await decide(headers)).status).toBe(200);
  });

  test('under the plain name counts at the machine alone', async () => {
    const { cookie } = await signIn();

    expect((await send({ headers: { host: 'pm.example', cookie } })).status).toBe(401);
  });

  test('may do what its token may', async () => {
    const { cookie, csrf } = await signIn(own(), { scope: 'read' });

    expect((await decide({ ...own(), cookie, 'x-csrf-token': csrf })).body.error.code).toBe(
      'insufficient_scope',
    );
  });

  test('ends with its token', async () => {
    const { cookie, token } = await signIn();
    withTokens(api.config, (tokens) => tokens.revoke(token.id));

    expect((await send({ headers: { cookie } })).status).toBe(401);
  });

  test('of the machine itself ends with the first token', async () => {
    const local = await send({ method: 'POST', headers: own(), body: {} });
    makeToken(api.config);

    expect((await send({ headers: { cookie: pairOf(local.cookies) } })).status).toBe(401);
  });

  test('ends half an hour after it was last seen', async () => {
    const { cookie } = await signIn();
    const seen: number[] = [];
    for (const minutes of [29, 29, 30]) {
      now += minutes * 60_000;
      seen.push((await send({ headers: { cookie } })).status);
    }

    expect(SESSION_IDLE_MS).toBe(30 * 60_000);
    expect(seen).toEqual([200, 200, 401]);
  });

  test('ends half an hour after it was last seen also where the clock was set back in between (F35)', async () => {
    const { cookie } = await signIn();
    const seen: number[] = [];
    for (const minutes of [-60, 29, 30]) {
      now += minutes * 60_000;
      seen.push((await send({ headers: { cookie } })).status);
    }

    expect(seen).toEqual([200, 200, 401]);
  });

  test('ends after twelve hours, however busy', async () => {
    const { cookie } = await signIn();
    const end = now + SESSION_LONGEST_MS;
    let last = 200;
    while (now < end - 60_000 && last === 200) {
      now = Math.min(now + 20 * 60_000, end - 1);
      last = (await send({ headers: { cookie } })).status;
    }
    now = end;

    expect(last).toBe(200);
    expect((await send({ headers: { cookie } })).status).toBe(401);
  });

  test('survives a restart of the process, and its cookie is not in the database', async () => {
    const { cookie } = await signIn();
    const id = cookie.split('=')[1] ?? '';

    expect(api.inbox.sessions.find(id)).toBeNull();
    expect(id).toHaveLength(43);
  });

  test.each(['', 'x', '../../etc', 'é'.repeat(43), 'A'.repeat(43), 'A'.repeat(5_000)])(
    'that is no session (%s) is nobody’s',
    async (value) => {
      makeToken(api.config);

      const cookie = `pm_agent_session=${encodeURIComponent(value)}`;

      expect((await send({ headers: { cookie } })).status).toBe(401);
    },
  );

  test('is found among other cookies', async () => {
    const { cookie } = await signIn();

    expect((await send({ headers: { cookie: `a=1; ${cookie}; theme=dark` } })).status).toBe(200);
  });

  test('stands back behind a bearer token, wrong or right', async () => {
    const { cookie, token } = await signIn();

    expect((await send({ headers: { cookie, authorization: 'Bearer nope' } })).status).toBe(401);
    expect((await send({ headers: { cookie, ...token.bearer } })).body.via).toBe('token');
  });

  test('is not hidden by the password of a proxy in front', async () => {
    const { cookie } = await signIn();

    expect((await send({ headers: { cookie, authorization: 'Basic eDp5' } })).status).toBe(200);
  });
});

describe('signing out', () => {
  test('ends the session and clears the cookie under both names', async () => {
    const { cookie, csrf } = await signIn();

    const out = await send({ method: 'DELETE', headers: { ...own(), cookie, 'x-csrf-token': csrf } });

    expect(out.status).toBe(204);
    expect(out.cookies.map((one) => one.split(';')[0])).toEqual([
      'pm_agent_session=',
      '__Host-pm_agent_session=',
    ]);
    expect((await send({ headers: { cookie } })).status).toBe(401);
  });

  test('without a CSRF token is 403, and the session goes on', async () => {
    const { cookie } = await signIn();

    expect((await send({ method: 'DELETE', headers: { ...own(), cookie } })).status).toBe(403);
    expect((await send({ headers: { cookie } })).status).toBe(200);
  });

  test('without a session is nothing to do', async () => {
    expect((await send({ method: 'DELETE' })).status).toBe(204);
  });
});

describe('the machine itself, without any token', () => {
  const write = (headers: Record<string, string | undefined>, body?: unknown) =>
    send({ method: 'POST', path: '/api/approvals/none/decision', headers, body });

  test.each([
    ['our own page', { 'sec-fetch-site': 'same-origin' }, {}],
    ['a person’s own request', { 'sec-fetch-site': 'none' }, {}],
    ['JSON, which no form can send', {}, {}],
    ['the command line', { 'x-pm-agent-client': 'cli' }, undefined],
  ])('writes by %s', async (_name, headers, body) => {
    expect((await write(headers, body)).status).toBe(400);
  });

  test.each([
    ['a page elsewhere, says the browser', { 'sec-fetch-site': 'cross-site' }, {}, 403],
    ['a page of another port, says the browser', { 'sec-fetch-site': 'same-site' }, {}, 403],
    ['what a form could send', {}, undefined, 403],
    ['text, as a form could send', { 'content-type': 'text/plain' }, undefined, 403],
    ['a foreign page', { origin: 'https://evil.example' }, {}, 401],
  ])('does not write by %s', async (_name, headers, body, status) => {
    expect((await write(headers, body)).status).toBe(status);
  });

  test('knows who asks without a session', async () => {
    expect(await send({})).toMatchObject({
      status: 200,
      body: { operator: { id: 'local' }, via: 'local', csrfToken: null, expiresAt: null },
    });
  });
});
