/** Who counts as an operator: the contract's rule, over real sockets. */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commentCreated } from './support/bodies.js';
import { ask, jiraHeaders, post } from './support/sending.js';
import { startTestApi, type TestApi } from './support/test-api.js';

const TOKEN = 'a-token-of-the-first-operator';

let local: TestApi;
let guarded: TestApi;

beforeAll(async () => {
  local = await startTestApi();
  guarded = await startTestApi({ config: { server: { host: '127.0.0.1', port: 0, adminToken: TOKEN } } });
});
afterAll(async () => {
  await local.close();
  await guarded.close();
});

/** fetch does not let a caller choose Host, so this asks by hand. */
function status(api: TestApi, headers: Record<string, string>, path = '/api/cycles'): Promise<number> {
  return new Promise((done, fail) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: api.port, path, headers, setHost: headers.host === undefined },
      (response) => {
        response.resume();
        done(response.statusCode ?? 0);
      },
    );
    request.on('error', fail);
    request.end();
  });
}

/** No client sends what these lines may say. */
function rawStatus(api: TestApi, lines: readonly string[]): Promise<number> {
  return new Promise((done, fail) => {
    let text = '';
    const socket = connect(api.port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.on('data', (part) => (text += part));
    socket.on('end', () => done(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])));
    socket.on('error', fail);
  });
}

describe('without a token', () => {
  test.each([
    ['localhost', 200],
    ['localhost:8000', 200],
    ['LOCALHOST', 200],
    ['127.0.0.1', 200],
    ['127.0.0.1:1234', 200],
    ['[::1]:8000', 200],
    ['127.0.0.1.evil.example', 401],
  ])('Host %j is answered %d', async (host, expected) => {
    expect(await status(local, { host })).toBe(expected);
  });

  test.each([
    ['http://127.0.0.1:8000', '127.0.0.1:8000', 200],
    ['http://localhost:8000', 'localhost:8000', 200],
    ['http://localhost:9999', 'localhost:8000', 401],
    ['https://localhost:8000', 'localhost:8000', 401],
    ['https://evil.example', 'localhost:8000', 401],
    ['null', 'localhost:8000', 401],
    ['', 'localhost:8000', 401],
  ])('Origin %j at Host %s is answered %d', async (origin, host, expected) => {
    expect(await status(local, { host, origin })).toBe(expected);
  });

  test.each([
    ['one Host', 'GET /api/cycles', ['Host: localhost'], 200],
    ['the same Host twice', 'GET /api/cycles', ['Host: localhost', 'Host: localhost'], 401],
  ])('%s is answered as such', async (_name, line, headers, expected) => {
    expect(await rawStatus(local, [`${line} HTTP/1.1`, ...headers, 'Connection: close'])).toBe(expected);
  });

  test('says what to do', async () => {
    const answer = await ask(`${local.url}/api/cycles`, { headers: { origin: 'https://evil.example' } });

    expect(answer.body.error).toEqual({
      code: 'unauthorised',
      message: expect.stringContaining('PM_AGENT_ADMIN_TOKEN'),
    });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="pm-agent"');
  });
});

describe('with a token', () => {
  test.each([
    ['the token', `Bearer ${TOKEN}`, 200],
    ['the token after a small bearer', `bearer ${TOKEN}`, 200],
    ['a shorter token', `Bearer ${TOKEN.slice(0, -1)}`, 401],
  ])('%s', async (_name, authorization, expected) => {
    expect(await status(guarded, authorization === undefined ? {} : { authorization })).toBe(expected);
  });

  test('the holder may ask from elsewhere, through a proxy', async () => {
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      host: 'pm.example',
      origin: 'https://pm.example',
      'x-forwarded-for': '203.0.113.7',
    };

    expect(await status(guarded, headers)).toBe(200);
  });

  test('being local is not enough any more', async () => {
    expect(await status(guarded, { host: 'localhost' })).toBe(401);
  });
});

describe('no operator is needed', () => {
  test.each(['/', '/health', '/ready', '/openapi.json', '/docs/'])('for %s', async (path) => {
    expect(await status(guarded, { host: 'pm.example', 'x-forwarded-for': '203.0.113.7' }, path)).toBe(200);
  });

  test('for webhooks, which prove themselves', async () => {
    const raw = JSON.stringify(commentCreated());
    const answer = await post(`${guarded.url}/webhooks/jira`, raw, {
      ...jiraHeaders(raw),
      'x-forwarded-for': '203.0.113.7',
    });

    expect(answer.status).toBe(202);
  });
});
