/** Methods, paths, hosts and hops, and who tries too often. */
import { Agent, request } from 'node:http';
import { expect } from '@jest/globals';
import { DOORS, delivery, freshComment, JIRA, SLACK } from '../support/doors.js';
import type { InputCase, Row } from '../support/row.js';
import { call, type Headers, type Reply, speak } from '../support/wire.js';
import type { World, WorldOptions } from '../support/world.js';

const noCors = ({ reply }: { readonly reply: Reply }) =>
  expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);

const EVIL: Headers = [
  ['Origin', 'https://evil.example'],
  ['Access-Control-Request-Method', 'POST'],
];

function notAllowed(method: string, path: string, allow: string): InputCase {
  return {
    name: `${method} ${path}`,
    send: { method, path },
    status: 405,
    ...(method === 'HEAD' ? {} : { code: 'method_not_allowed' }),
    also: (seen) => {
      expect(seen.reply.headers['allow']).toBe(allow);
      noCors(seen);
    },
  };
}

const asked = (path: string): InputCase => ({
  name: `OPTIONS ${path}`,
  send: { method: 'OPTIONS', path, headers: EVIL },
  status: 204,
  also: noCors,
});

const READ = 'GET, HEAD, OPTIONS';

const methods: Row = {
  number: 46,
  words: 'another method',
  note: 'HEAD is answered where something can be read; a webhook cannot.',
  cases: [
    ...DOORS.flatMap(({ path }) => [
      ...['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'TRACE'].map((method) =>
        notAllowed(method, path, 'POST, OPTIONS'),
      ),
      asked(path),
    ]),
    ...['/', '/health', '/ready', '/openapi.json', '/docs/', '/api/cycles', '/api/events/x'].flatMap(
      (path) => [
        ...['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE'].map((method) => notAllowed(method, path, READ)),
        asked(path),
      ],
    ),
    ...['GET', 'TRACE'].map((method) => notAllowed(method, '/api/approvals/x/decision', 'POST, OPTIONS')),
    ...['/health', '/ready', '/openapi.json', '/api/cycles', '/docs/'].map(
      (path): InputCase => ({
        name: `HEAD ${path}`,
        send: { method: 'HEAD', path },
        status: 200,
        also: ({ reply }) => expect(reply.text).toBe(''),
      }),
    ),
    ...['FOO', 'get', 'POST\u0000'].map(
      (method): InputCase => ({
        name: `${JSON.stringify(method)} is no method`,
        send: { method, path: '/health' },
        until: 'closed',
        status: 400,
        code: 'bad_request',
      }),
    ),
    ...[
      ['words', 'hello\r\n\r\n'],
      ['the beginning of TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
      ['the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
      ['another version', 'GET /health HTTP/3.7\r\nHost: x\r\n\r\n'],
    ].map(
      ([name, bytes = '']): InputCase => ({
        name: `${name}: no HTTP`,
        send: ({ api }) =>
          speak(api.port, (socket) => socket.write(Buffer.from(bytes, 'latin1')), { until: 'closed' }),
        status: 400,
        code: 'bad_request',
      }),
    ),
    {
      name: 'an expectation that nobody has',
      send: { path: '/health', headers: [['Expect', 'a-miracle']] },
      status: 417,
      code: 'expectation_failed',
    },
    {
      name: 'CONNECT opens no tunnel',
      send: { method: 'CONNECT', path: '169.254.169.254:80' },
      until: 'closed',
      status: 0,
    },
  ],
};

function unknownPath(method: string, path: string, body?: string): InputCase {
  return {
    name: `${method} ${path}`,
    send: { method, path, ...(body === undefined ? {} : { body }) },
    status: 404,
    code: 'not_found',
    also: ({ reply }) => {
      expect(Object.keys(reply.headers)).not.toEqual(expect.arrayContaining(['x-powered-by']));
      expect(Object.keys(reply.headers)).not.toEqual(expect.arrayContaining(['server']));
      expect(reply.text).not.toMatch(/express|node/i);
    },
  };
}

const nowhere: Row = {
  number: 47,
  words: 'an unknown path',
  cases: [
    ...['/nowhere', '/api', '/api/', '/admin', '/.env', '/.git/config', '/wp-login.php', '/webhooks'].map(
      (path) => unknownPath('GET', path),
    ),
    unknownPath('POST', '/webhooks/github', '{}'),
    unknownPath('POST', '/webhooks/jira/x', '{}'),
    unknownPath('POST', '/WEBHOOKS2/jira', '{}'),
    unknownPath('DELETE', '/api/nothing'),
    unknownPath('TRACE', '/nowhere'),
  ],
};

const FORWARDED: readonly (readonly [string, string])[] = [
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Forwarded-Host', 'localhost'],
  ['X-Forwarded-Proto', 'http'],
  ['X-Forwarded-Anything', 'x'],
  ['Forwarded', 'for=127.0.0.1;host=localhost'],
  ['X-Real-IP', '127.0.0.1'],
  ['Via', '1.1 localhost'],
];

const notLocal = (name: string, headers: Headers, world: WorldOptions = {}): InputCase => ({
  name,
  world,
  send: { path: '/api/cycles', headers },
  status: 401,
  code: 'unauthorised',
});

const TRUSTING: WorldOptions = { config: { trustedProxies: ['127.0.0.1'] } };

const hops: Row = {
  number: 48,
  words: 'a host or hop that is made up',
  cases: [
    ...[
      'evil.example',
      'localhost.evil.example',
      '127.0.0.2',
      'localhost:8000@evil.example',
      '0.0.0.0',
      '',
    ].map((host) => notLocal(`Host ${JSON.stringify(host)} is not this machine`, [['Host', host]])),
    notLocal('two hosts are none', [
      ['Host', 'localhost'],
      ['Host', 'evil.example'],
    ]),
    ...FORWARDED.flatMap((header) => [
      notLocal(`${header[0]} makes nobody local`, [header]),
      notLocal(`${header[0]} makes nobody local behind a trusted proxy either`, [header], TRUSTING),
    ]),
    {
      name: 'an address of another host is not answered for it',
      send: { path: 'http://evil.example/api/cycles', headers: [['Host', 'localhost']] },
      status: 401,
    },
    {
      name: 'no host at all is no HTTP/1.1',
      send: ({ api }) =>
        speak(api.port, (socket) => socket.write('GET /health HTTP/1.1\r\n\r\n'), { until: 'closed' }),
      status: 400,
      code: 'bad_request',
    },
    {
      name: 'no link and no redirect leads to the host that was named',
      send: {
        path: '/',
        headers: [
          ['Host', 'evil.example'],
          ['X-Forwarded-Host', 'evil.example'],
          ['Accept', 'text/html'],
        ],
      },
      status: 302,
      also: ({ reply }) => {
        expect(reply.headers['location']).toMatch(/^\//);
        expect(reply.text).not.toContain('evil');
      },
    },
    {
      name: 'a delivery through a proxy is taken for its signature',
      send: () => delivery(JIRA, { more: [['Host', 'pm.example'], ...FORWARDED] }),
      status: 202,
      stores: [{ status: 'received' }],
      counts: 'jira/accepted',
    },
  ],
};

const MOST_BAD = 1_000;

/** Many at once over a few connections: what is slow here is the client. */
async function sendBad(world: World, count: number, headers: (index: number) => Record<string, string>) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const one = (index: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const raw = freshComment();
      const proof = Object.fromEntries(JIRA.proof(raw, 'another'));
      const sent = request(
        {
          agent,
          port: world.api.port,
          path: JIRA.path,
          method: 'POST',
          headers: { ...proof, 'Content-Type': JIRA.type, ...headers(index) },
        },
        (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)),
      );
      sent.on('error', reject).end(raw);
    });
  const statuses = await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
  agent.destroy();
  return statuses;
}

const bad = (from: string, more: Headers = []) => {
  const raw = freshComment();
  return delivery(JIRA, { raw, proof: JIRA.proof(raw, 'another'), from, more });
};
const good = (from: string, more: Headers = []) => delivery(JIRA, { from, more });
const client = (address: string): Headers => [['X-Forwarded-For', address]];

/** A minute that does not end by itself. */
const inOneMinute = (config: WorldOptions['config'] = {}): WorldOptions => {
  let now: Date | undefined;
  return { config, clock: () => (now ??= new Date()) };
};

interface TooMany {
  readonly name: string;
  readonly world: WorldOptions;
  /** Of each of the thousand. */
  readonly headers: (index: number) => Record<string, string>;
  /** Whom they are counted against, and who is somebody else. */
  readonly counted: (make: typeof bad) => ReturnType<typeof bad>;
  readonly others: (make: typeof bad) => ReturnType<typeof bad>;
}

function tooMany({ name, world, headers, counted, others }: TooMany): InputCase {
  return {
    name,
    world,
    send: async (own) => {
      const { port } = own.api;
      expect(new Set(await sendBad(own, MOST_BAD, headers))).toEqual(new Set([401]));
      const reply = await call(port, counted(bad));
      expect((await call(port, counted(good))).status).toBe(202);
      expect((await call(port, others(bad))).status).toBe(401);
      expect((await call(port, others(good))).status).toBe(202);
      return reply;
    },
    status: 429,
    code: 'too_many_bad_signatures',
    stores: [{ status: 'received' }, { status: 'received' }],
    counts: { 'jira/refused': MOST_BAD + 2, 'jira/accepted': 2 },
    also: ({ reply }) => expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0),
  };
}

const tooOften: Row = {
  number: 49,
  words: 'a thousand bad signatures from one address',
  note: 'Counted per minute, after the check: a good delivery is never turned away for it, from whatever address.',
  cases: [
    tooMany({
      name: '429 for that address; good ones are taken from it, and others are answered as ever',
      world: inOneMinute(),
      headers: () => ({}),
      counted: (make) => make('127.0.0.1'),
      others: (make) => make('127.0.0.2'),
    }),
    tooMany({
      name: 'what they say of where they come from is ignored',
      world: inOneMinute(),
      headers: (index) => ({ 'X-Forwarded-For': `10.0.${index >> 8}.${index & 255}` }),
      counted: (make) => make('127.0.0.1', client('203.0.113.7')),
      others: (make) => make('127.0.0.2', client('127.0.0.1')),
    }),
    tooMany({
      name: 'behind a trusted proxy the client that it names is counted',
      world: inOneMinute({ trustedProxies: ['127.0.0.1'] }),
      headers: () => ({ 'X-Forwarded-For': '198.51.100.1, 203.0.113.7' }),
      counted: (make) => make('127.0.0.1', client('203.0.113.7')),
      others: (make) => make('127.0.0.1', client('203.0.113.7, 198.51.100.1')),
    }),
    tooMany({
      name: 'behind a trusted proxy the word of another hop is ignored',
      world: inOneMinute({ trustedProxies: ['127.0.0.9'] }),
      headers: (index) => ({ 'X-Forwarded-For': `10.1.${index >> 8}.${index & 255}` }),
      counted: (make) => make('127.0.0.1', client('127.0.0.9')),
      others: (make) => make('127.0.0.9', client('203.0.113.7')),
    }),
    {
      name: 'Slack’s, too, and without the word that would end its tries',
      world: inOneMinute(),
      send: async (own) => {
        expect(new Set(await sendBad(own, MOST_BAD, () => ({})))).toEqual(new Set([401]));
        return delivery(SLACK, { proof: [] });
      },
      status: 429,
      counts: { 'jira/refused': MOST_BAD, 'slack/refused': 1 },
      also: ({ reply }) => expect(reply.headers).not.toHaveProperty('x-slack-no-retry'),
    },
  ],
};

export const httpRows: readonly Row[] = [methods, nowhere, hops, tooOften];
