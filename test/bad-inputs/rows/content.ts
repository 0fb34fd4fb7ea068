/** Content that can be read and is odd: keys, bytes, names, addresses, places. */
import { expect } from '@jest/globals';
import type { Config, Team } from '../../../src/config/config.js';
import {
  ana,
  ben,
  jiraBody,
  jiraComment,
  jiraIssue,
  linkBody,
  prComment,
  pullRequest,
  pullRequestBody,
  repository,
  slackEvent,
  slackMessage,
  sprintBody,
} from '../../api/support/bodies.js';
import {
  BITBUCKET,
  COMMANDS,
  type Door,
  delivery,
  freshCommand,
  freshComment,
  freshInteraction,
  freshMention,
  INTERACTIONS,
  JIRA,
  SLACK,
} from '../support/doors.js';
import { logLinesFor } from '../support/log-lines.js';
import type { InputCase, Row, Seen } from '../support/row.js';
import { call, type Headers } from '../support/wire.js';

type Outcome = 'accepted' | 'ignored' | 'quarantined';

/** Taken, with what is said of it in the answer, the inbox and the count. */
function becomes(
  outcome: Outcome,
  door: Door,
  name: string,
  raw: () => string | Buffer,
  rest: { readonly reason?: RegExp; readonly more?: Headers; readonly also?: InputCase['also'] } = {},
): InputCase {
  const { reason = /./, more = [], also } = rest;
  return {
    name: `${door.name}: ${name}`,
    door,
    send: () => delivery(door, { raw: raw(), more }),
    status: outcome === 'accepted' ? 202 : 200,
    stores: [
      outcome === 'accepted'
        ? { source: door.source, status: 'received' }
        : { source: door.source, status: outcome, cycleId: null, reason: expect.stringMatching(reason) },
    ],
    counts: `${door.source}/${outcome}`,
    also: (seen) => {
      expect(seen.reply.body).toMatchObject({ status: outcome });
      return also?.(seen);
    },
  };
}

const eventIn = ({ stored: [row] }: Seen) => JSON.stringify(row?.event);
const rawIn = ({ world, stored: [row] }: Seen) => world.api.inbox.raw(row?.id ?? '');

/** Written by hand: in an object literal `__proto__` would not be a key. */
const POLLUTION = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"polluted":1,';
const polluted = (json: string) => json.replace('{', `{${POLLUTION}`).replace('{"id"', `{${POLLUTION}"id"`);
const stripped = (seen: Seen) => expect(eventIn(seen)).not.toMatch(/polluted|__proto__|constructor/);

const prototypes: Row = {
  number: 26,
  words: 'keys that name a prototype',
  cases: [
    becomes('accepted', JIRA, 'in the body and the issue', () => polluted(freshComment()), {
      also: stripped,
    }),
    becomes('accepted', BITBUCKET, 'in the body', () => polluted(BITBUCKET.fresh()), { also: stripped }),
    becomes('accepted', SLACK, 'in the body', () => polluted(freshMention()), { also: stripped }),
    becomes(
      'accepted',
      INTERACTIONS,
      'in the payload',
      () =>
        `payload=${encodeURIComponent(polluted(decodeURIComponent(freshInteraction().slice('payload='.length))))}`,
      { also: stripped },
    ),
    becomes('accepted', COMMANDS, 'as fields', () => `__proto__=1&constructor=2&${freshCommand()}`, {
      also: stripped,
    }),
    ...['toString', '__proto__', 'constructor', 'hasOwnProperty'].flatMap((name) => [
      becomes('ignored', JIRA, `the event ${name}`, () =>
        JSON.stringify(jiraBody(name, { n: Math.random() })),
      ),
      becomes('ignored', BITBUCKET, `the event ${name}`, () => BITBUCKET.fresh(), {
        more: [['X-Event-Key', name]],
      }),
      becomes('ignored', INTERACTIONS, `the type ${name}`, () => freshInteraction({ type: name })),
    ]),
  ],
};

const duplicateKeys: Row = {
  number: 27,
  words: 'a key twice',
  cases: [
    becomes('accepted', JIRA, 'of two events the last counts', () =>
      freshComment().replace('"webhookEvent"', '"webhookEvent":"user_created","webhookEvent"'),
    ),
    becomes('ignored', JIRA, 'and no other', () =>
      freshComment().replace('"webhookEvent":"comment_created"', '$&,"webhookEvent":"user_created"'),
    ),
    becomes(
      'accepted',
      JIRA,
      'of two issues, too',
      () => freshComment().replace('"key":"PAY-142"', '"key":"../../x","key":"PAY-142"'),
      { also: (seen) => expect(seen.stored[0]?.subject).toBe('jira:PAY-142') },
    ),
  ],
};

const ESCAPED_SURROGATE = '\\ud83d';

function withText(text: string): string {
  return freshComment().replace('Is *this* still planned?', text);
}

/** The same text as bytes, with these in the middle of it. */
function withBytes(...bytes: readonly number[]): Buffer {
  const [head = '', tail = ''] = withText('one|two').split('|');
  return Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]);
}

/** Both sides of what cannot be kept stay, and the bytes themselves with the delivery. */
const replacedOnly = (raw: () => Buffer | string) => (seen: Seen) => {
  expect(eventIn(seen)).toMatch(/one\uFFFD+two/);
  expect(rawIn(seen)?.equals(Buffer.from(raw()))).toBe(true);
};

function replaced(name: string, raw: Buffer | string): InputCase {
  return becomes('accepted', JIRA, name, () => raw, { also: replacedOnly(() => raw) });
}

const encodings: Row = {
  number: 28,
  words: 'bytes that are no UTF-8, halves of surrogates',
  note: 'One rule: in what is read they become U+FFFD; the bytes are kept as they came.',
  cases: [
    replaced('a byte that is none', withBytes(0xff)),
    replaced('a character cut short', withBytes(0xe2, 0x82)),
    replaced('a surrogate in bytes', withBytes(0xed, 0xa0, 0xbd)),
    replaced('more than two bytes for a slash', withBytes(0xc0, 0xaf)),
    replaced('half a surrogate, escaped', withText(`one${ESCAPED_SURROGATE}two`)),
  ],
};

function kept(name: string, json: string, expected: string): InputCase {
  const raw = withText(json);
  return becomes('accepted', JIRA, name, () => raw, {
    also: (seen) => {
      const [row] = seen.stored;
      expect((row?.event as { comment?: { text: string } } | null)?.comment?.text).toContain(expected);
      expect(rawIn(seen)?.toString()).toBe(raw);
    },
  });
}

const controls: Row = {
  number: 29,
  words: 'NUL and control characters in a text',
  cases: [
    kept('NUL: what follows it is not lost', 'one\\u0000two', 'one\u0000two'),
    kept('a bell, a backspace, delete', 'one\\u0007\\b\\u007ftwo', 'one\u0007\b\u007ftwo'),
    kept('escapes of a terminal', 'one\\u001b[31mred', 'one\u001b[31mred'),
    kept('marks that turn the direction', 'one\\u202etwo', 'one\u202etwo'),
    {
      name: 'NUL as a byte is no JSON',
      door: JIRA,
      send: () => delivery(JIRA, { raw: withText('one\u0000two') }),
      status: 400,
      code: 'unreadable_body',
      stores: [{ status: 'dead_letter' }],
      counts: 'jira/dead_letter',
    },
    {
      name: 'NUL in an id of a page',
      send: { path: '/api/events/evt%00x' },
      status: 404,
    },
  ],
};

const HOSTILE_NAME = 'Ana\r\n{"level":"info","msg":"forged"}\u001b[2J\u0085\u2028';

const lineBreaks: Row = {
  number: 30,
  words: 'line breaks and escapes in names and headers',
  cases: [
    {
      name: 'in a name, a summary and an event’s name: stored, and one line in the log each',
      world: {},
      send: async ({ api }) => {
        const hostile = [
          freshComment({
            comment: jiraComment({ id: '301', author: { ...ana, displayName: HOSTILE_NAME } }),
            issue: jiraIssue({ fields: { summary: HOSTILE_NAME } }),
          }),
          JSON.stringify(jiraBody(HOSTILE_NAME)),
          freshComment({ issue: jiraIssue({ key: `PAY-1${HOSTILE_NAME}` }) }),
        ];
        const lines = await logLinesFor(hostile.map((raw) => delivery(JIRA, { raw })));
        const told = lines.filter(({ msg }) => msg === 'webhook');
        expect(told.map(({ result }) => result)).toEqual(['accepted', 'ignored', 'quarantined']);
        expect(lines.filter(({ msg }) => msg === 'forged')).toEqual([]);
        return call(api.port, delivery(JIRA, { raw: hostile[0] ?? '' }));
      },
      status: 202,
      stores: [
        {
          status: 'received',
          event: expect.objectContaining({ actor: { id: ana.accountId, name: HOSTILE_NAME, isBot: false } }),
        },
      ],
      counts: 'jira/accepted',
    },
    ...[
      ['a line break alone', 'a\nb'],
      ['a return alone', 'a\rb'],
      ['NUL', 'a\u0000b'],
      ['an escape', 'a\u001bb'],
    ].map(
      ([name, value = '']): InputCase => ({
        name: `a header with ${name} is no HTTP`,
        send: () => delivery(JIRA, { more: [['X-Event-Key', value]] }),
        until: 'closed',
        status: 400,
        code: 'bad_request',
      }),
    ),
    {
      name: 'a header that brings another header along is two headers',
      door: BITBUCKET,
      send: () =>
        delivery(BITBUCKET, { more: [['X-Request-UUID', 'one\r\nX-Event-Key: pullrequest:fulfilled']] }),
      status: 200,
      stores: [{ status: 'ignored', headers: expect.not.objectContaining({ 'x-request-uuid': /\n/ }) }],
      counts: 'bitbucket/ignored',
    },
  ],
};

const unknown: Row = {
  number: 31,
  words: 'an event that no cycle answers',
  cases: [
    ...['user_created', 'worklog_updated', 'jira:version_released', ''].map((name) =>
      becomes(
        'ignored',
        JIRA,
        JSON.stringify(name),
        () => JSON.stringify(jiraBody(name, { n: Math.random() })),
        {
          reason: name === '' ? /names no webhookEvent/ : new RegExp(`^no cycle answers ${name}$`),
        },
      ),
    ),
    becomes('ignored', JIRA, 'no name at all', () => JSON.stringify({ n: Math.random() })),
    ...['repo:fork', 'issue:created', 'pullrequest:unapproved', 'x'].map((key) =>
      becomes('ignored', BITBUCKET, key, () => BITBUCKET.fresh(), { more: [['X-Event-Key', key]] }),
    ),
    becomes('ignored', BITBUCKET, 'no key', () => BITBUCKET.fresh(), { more: [['X-Event-Key', '']] }),
    ...[
      () => slackEvent({ type: 'reaction_added', n: Math.random() }),
      () => slackEvent(slackMessage({ subtype: 'channel_join', ts: '1795000009.000001' })),
      () => slackEvent({}, { type: 'app_rate_limited', minute_rate_limited: Math.random() }),
      () => ({ n: Math.random() }),
    ].map((body, index) => becomes('ignored', SLACK, `kind ${index + 1}`, () => JSON.stringify(body()))),
    becomes('ignored', INTERACTIONS, 'view_closed', () => freshInteraction({ type: 'view_closed' })),
    becomes('ignored', COMMANDS, 'a check of the certificate', () => `ssl_check=1&n=${Math.random()}`),
  ],
};

const KEYS = [
  '../../x',
  'A-1/../../rest',
  '%2e%2e',
  'A-1?x=',
  'PAY-1#x',
  'pay-142',
  'PAY-0',
  'PAY-142 ',
  'PAY-142\n',
  'P-1',
  'PAY–142',
  `A-${'1'.repeat(300)}`,
  '',
];

const places: Row = {
  number: 32,
  words: 'a key or name that leads elsewhere',
  cases: [
    ...KEYS.flatMap((key) => [
      becomes('quarantined', JIRA, `a comment on ${JSON.stringify(key).slice(0, 40)}`, () =>
        freshComment({ issue: jiraIssue({ key }) }),
      ),
      becomes('quarantined', JIRA, `an issue ${JSON.stringify(key).slice(0, 40)}`, () =>
        JSON.stringify(jiraBody('jira:issue_updated', { issue: jiraIssue({ key }), n: Math.random() })),
      ),
    ]),
    ...['../10142', '0', '-1', '1e3', '1 OR 1=1', '9'.repeat(40)].map((id) =>
      becomes('quarantined', JIRA, `an issue with the id ${id.slice(0, 20)}`, () =>
        freshComment({ issue: jiraIssue({ id }) }),
      ),
    ),
    ...[
      'acme',
      '../../etc',
      'acme/pay-api/../x',
      'acme/pay api',
      'acme/%2e%2e',
      `acme/${'x'.repeat(200)}`,
      '',
    ].map((name) =>
      becomes('quarantined', BITBUCKET, `the repository ${JSON.stringify(name).slice(0, 40)}`, () =>
        JSON.stringify(pullRequestBody({ repository: { ...repository, full_name: name }, n: Math.random() })),
      ),
    ),
    ...['7', 0, -1, 1.5, null, 1e300].map((id) =>
      becomes('quarantined', BITBUCKET, `the pull request ${JSON.stringify(id)}`, () =>
        JSON.stringify(pullRequestBody({ pullrequest: pullRequest({ id }), n: Math.random() })),
      ),
    ),
    ...['../C0PAY', 'c0pay', 'C0PAY/x', '', 'C'.repeat(99)].map((channel) =>
      becomes('quarantined', SLACK, `the channel ${JSON.stringify(channel).slice(0, 40)}`, () =>
        freshMention({ channel }),
      ),
    ),
    ...['../1', '1795000000', '1.2.3', 'x'].map((ts) =>
      becomes('quarantined', SLACK, `the thread ${ts}`, () => freshMention({ thread_ts: ts })),
    ),
    becomes('quarantined', COMMANDS, 'the channel ../x', () => freshCommand({ channel_id: '../x' })),
    becomes('quarantined', INTERACTIONS, 'the channel ../x', () =>
      freshInteraction({ container: { channel_id: '../x', message_ts: '1.2' }, channel: { id: '../x' } }),
    ),
  ],
};

const addresses = (trap: string) => [
  `${trap}/x`,
  'http://169.254.169.254/latest/meta-data',
  'http://localhost:1/x',
  'file:///etc/passwd',
  'https://hooks.slack.com.evil.example/x',
];

function ofEach(door: Door, name: string, raw: (address: string) => string): InputCase {
  return {
    name: `${door.name}: ${name}`,
    door,
    send: async ({ api, trap }) => {
      const replies = [];
      for (const address of addresses(trap)) {
        replies.push(await call(api.port, delivery(door, { raw: raw(address) })));
      }
      expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 202));
      return replies[0]!;
    },
    status: 202,
    stores: addresses('').map(() => ({ status: 'received' })),
    counts: { [`${door.source}/accepted`]: addresses('').length },
  };
}

const urls: Row = {
  number: 33,
  words: 'an address in a body',
  note: 'No address of a body is ever called, Slack’s response_url included: answers go through the Web API.',
  cases: [
    ofEach(JIRA, 'of the issue, the person, an avatar', (address) =>
      freshComment({
        issue: jiraIssue({ self: `${address}/rest/api/2/issue/1` }),
        user: { ...ana, self: address, avatarUrls: { '48x48': address } },
      }),
    ),
    ofEach(BITBUCKET, 'of links', (address) =>
      JSON.stringify(
        pullRequestBody({
          pullrequest: pullRequest({
            id: Math.floor(Math.random() * 1e9),
            links: { self: { href: address }, diff: { href: address } },
          }),
          repository: { ...repository, links: { self: { href: address } } },
        }),
      ),
    ),
    ofEach(SLACK, 'of a file', (address) => freshMention({ files: [{ url_private: address }] })),
    ofEach(INTERACTIONS, 'to answer to', (address) =>
      freshInteraction({ response_url: address, response_urls: [{ response_url: address }] }),
    ),
    ofEach(COMMANDS, 'to answer to', (address) => freshCommand({ response_url: address })),
  ],
};

const team: Team = {
  id: 'payments',
  timezone: 'UTC',
  members: [],
  jiraProjects: ['PAY'],
  jiraBoard: 12,
  repositories: ['Acme/Pay-API'],
  slackChannel: null,
  lead: null,
  rules: '',
};

const OURS = {
  config: (base: Config): Partial<Config> => ({
    jira: { ...base.jira, baseUrl: 'https://acme.atlassian.net', sandboxed: false },
    file: { ...base.file, teams: [team] },
  }),
};

const elsewhere: Row = {
  number: 34,
  words: 'a site, project, board or repository of somebody else',
  note: 'Without teams all places are allowed. No setting names a Slack workspace: its signing secret is one app’s.',
  world: OURS,
  cases: [
    becomes('accepted', JIRA, 'our site and project', () => freshComment()),
    becomes(
      'ignored',
      JIRA,
      'another site',
      () => freshComment({ issue: jiraIssue({ self: 'https://other.atlassian.net/rest/api/2/issue/1' }) }),
      { reason: /^from another site than JIRA_BASE_URL/ },
    ),
    becomes(
      'ignored',
      JIRA,
      'a site that only begins like ours',
      () => freshComment({ issue: jiraIssue({ self: 'https://acme.atlassian.net.evil.example/rest/1' }) }),
      { reason: /^from another site/ },
    ),
    becomes(
      'ignored',
      JIRA,
      'a user before our site',
      () => freshComment({ issue: jiraIssue({ self: 'https://acme.atlassian.net@evil.example/rest/1' }) }),
      { reason: /^from another site/ },
    ),
    becomes('ignored', JIRA, 'another project', () => freshComment({ issue: jiraIssue({ key: 'HR-7' }) }), {
      reason: /^HR belongs to no team/,
    }),
    becomes('ignored', JIRA, 'another board', () =>
      JSON.stringify(
        sprintBody('sprint_closed', 'closed', {
          sprint: {
            id: 58,
            self: 'https://acme.atlassian.net/rest/agile/1.0/sprint/58',
            name: 'X',
            originBoardId: 99,
          },
        }),
      ),
    ),
    becomes('accepted', JIRA, 'a link, which names no project', () => JSON.stringify(linkBody)),
    becomes('accepted', BITBUCKET, 'our repository', () => BITBUCKET.fresh()),
    becomes('ignored', BITBUCKET, 'another repository', () =>
      JSON.stringify(
        pullRequestBody({
          repository: { ...repository, full_name: 'acme/pay-api-2' },
          actor: ben,
          comment: null,
        }),
      ),
    ),
    becomes(
      'ignored',
      BITBUCKET,
      'another workspace',
      () =>
        JSON.stringify(
          pullRequestBody({ repository: { ...repository, full_name: 'evil/pay-api' }, comment: prComment }),
        ),
      { more: [['X-Event-Key', 'pullrequest:comment_created']] },
    ),
    becomes('accepted', SLACK, 'any workspace', () =>
      JSON.stringify({ ...JSON.parse(freshMention()), team_id: 'T0OTHER' }),
    ),
  ],
};

export const contentRows: readonly Row[] = [
  prototypes,
  duplicateKeys,
  encodings,
  controls,
  lineBreaks,
  unknown,
  places,
  urls,
  elsewhere,
];
