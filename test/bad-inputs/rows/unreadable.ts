/** Content types, and bodies that are signed but cannot be read. */
import { expect } from '@jest/globals';
import { EVENT_TEXT_LIMIT } from '../../../src/domain/event.js';
import {
  ana,
  blockActions,
  dataCenterBody,
  jiraBody,
  jiraComment,
  jiraIssue,
  payloadForm,
  pushBody,
  sprintBody,
  statusBody,
} from '../../api/support/bodies.js';
import {
  BITBUCKET,
  COMMANDS,
  DOORS,
  type Door,
  delivery,
  freshCommand,
  freshComment,
  freshInteraction,
  INTERACTIONS,
  JIRA,
  JSON_DOORS,
  SLACK,
} from '../support/doors.js';
import type { InputCase, Row } from '../support/row.js';
import { withEachText } from '../support/texts.js';
import { call, type Headers } from '../support/wire.js';

function wrongType(door: Door, type: string): InputCase {
  return {
    name: `${door.name}: ${type}`,
    door,
    send: () => delivery(door, { type }),
    status: 415,
    code: 'unsupported_media_type',
    counts: `${door.source}/refused`,
    also: ({ reply }) =>
      expect(reply.headers['x-slack-no-retry']).toBe(door.source === 'slack' ? '1' : undefined),
  };
}

function takenAs(door: Door, type: string | null): InputCase {
  return {
    name: `${door.name}: ${type ?? 'none'} is taken`,
    door,
    send: () => delivery(door, { type }),
    status: 202,
    stores: [{ status: 'received' }],
    counts: `${door.source}/accepted`,
  };
}

const OTHER_TYPES = [
  'text/plain',
  'application/xml',
  'text/html',
  'multipart/form-data; boundary=x',
  'x',
  ',',
];

const types: Row = {
  number: 21,
  words: 'a wrong content type',
  note: 'A delivery that names none is read as what its door expects.',
  cases: [
    ...DOORS.flatMap((door) => [
      ...OTHER_TYPES.map((type) => wrongType(door, type)),
      wrongType(
        door,
        door.type === 'application/json' ? 'application/x-www-form-urlencoded' : 'application/json',
      ),
      takenAs(door, null),
    ]),
    takenAs(JIRA, 'Application/JSON; charset=UTF-8'),
    {
      name: 'a decision as text',
      send: {
        method: 'POST',
        path: '/api/approvals/x/decision',
        headers: [['Content-Type', 'text/plain']],
        body: '{"decision":"approve"}',
      },
      status: 415,
    },
  ],
};

/** Signed but useless: kept with its bytes for a person to look at. Slack’s events are answered 200, so that it stops. */
function unreadable(door: Door, name: string, raw: string | Buffer, reason = /./): InputCase {
  const isTold = door !== SLACK;
  return {
    name: `${door.name}: ${name}`,
    door,
    send: () => delivery(door, { raw }),
    status: isTold ? 400 : 200,
    ...(isTold ? { code: 'unreadable_body' } : {}),
    stores: [
      {
        source: door.source,
        status: 'dead_letter',
        eventType: 'unreadable',
        event: null,
        cycleId: null,
        reason: expect.stringMatching(reason),
      },
    ],
    counts: `${door.source}/dead_letter`,
    also: ({ world, reply, stored: [row] }) => {
      expect(world.api.inbox.raw(row?.id ?? '')?.equals(Buffer.from(raw))).toBe(true);
      expect(reply.text).toContain(row?.id);
      expect(reply.headers['x-slack-no-retry']).toBe(isTold && door.source === 'slack' ? '1' : undefined);
    },
  };
}

/** At the three JSON doors as they are, in Slack’s form as its one field. */
function unreadableEverywhere(name: string, raw: string | Buffer, reason?: RegExp): readonly InputCase[] {
  return [
    ...JSON_DOORS.map((door) => unreadable(door, name, raw, reason)),
    unreadable(INTERACTIONS, name, `payload=${encodeURIComponent(raw.toString())}`, reason),
  ];
}

const useless: Row = {
  number: 22,
  words: 'nothing, or no object',
  cases: [
    ...DOORS.map((door) => unreadable(door, 'empty', '', /empty|not one field named payload/)),
    ...unreadableEverywhere('null', 'null', /not a JSON object/),
    ...unreadableEverywhere('a list', '[]', /not a JSON object/),
    ...unreadableEverywhere('a text', '"x"', /not a JSON object/),
    ...unreadableEverywhere('an endless number', '1e400', /not a JSON object/),
    ...unreadableEverywhere('true', 'true', /not a JSON object/),
    ...unreadableEverywhere('blanks', ' \n ', /not valid JSON/),
  ],
};

const invalid: Row = {
  number: 23,
  words: 'no valid JSON',
  cases: [
    ...unreadableEverywhere('cut short', '{"a":', /not valid JSON/),
    ...unreadableEverywhere('followed by bytes', '{} trailing', /not valid JSON/),
    ...unreadableEverywhere('behind a byte order mark', '\uFEFF{}', /not valid JSON/),
    ...unreadableEverywhere('two documents', '{}{}', /not valid JSON/),
    ...unreadableEverywhere('with a comment', '{/* x */}', /not valid JSON/),
    ...unreadableEverywhere('with single quotes', "{'a':1}", /not valid JSON/),
    ...unreadableEverywhere('NaN', '{"a":NaN}', /not valid JSON/),
    unreadable(JIRA, 'UTF-16', Buffer.from('{"a":1}', 'utf16le'), /not valid JSON/),
    unreadable(JIRA, 'a megabyte of noise is kept whole', Buffer.alloc(1_000_000, 0xfe), /not valid JSON/),
  ],
};

const objects = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
const lists = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

const deep: Row = {
  number: 24,
  words: 'nested deeper than 64',
  cases: [
    ...unreadableEverywhere('objects 65 deep', objects(65), /deeper than 64/),
    ...unreadableEverywhere('lists 65 deep', lists(65), /deeper than 64/),
    ...unreadableEverywhere('lists 100,000 deep', lists(100_000), /deeper than 64/),
    ...unreadableEverywhere('objects 50,000 deep', objects(50_000), /deeper than 64/),
    // Where `JSON.stringify` would overflow the stack. In a form it is longer than Slack's bodies may be.
    ...JSON_DOORS.map((door) => unreadable(door, 'lists 200,000 deep', lists(200_000), /deeper than 64/)),
    {
      name: 'Jira: 64 deep is read',
      door: JIRA,
      send: () => delivery(JIRA, { raw: freshComment({ extra: JSON.parse(objects(63)) }) }),
      status: 202,
      stores: [{ status: 'received' }],
      counts: 'jira/accepted',
    },
  ],
};

const keys = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 0])));

/** What a cycle gets has to fit into its history: docs/decisions and Temporal's own limits are far above this. */
const LARGEST_EVENT = 32 * 1024;

/** Each text of a good body in turn is endless. */
function endlessTexts(
  door: Door,
  what: string,
  bodies: (endless: string) => readonly string[],
  more: Headers = [],
): InputCase {
  return {
    name: `${door.name}: each text of ${what} in turn of 300 KB: what a cycle gets stays small`,
    door,
    send: async ({ api }) => {
      const replies = [];
      for (const raw of bodies('long '.repeat(60_000))) {
        replies.push(await call(api.port, delivery(door, { raw, more })));
      }
      expect(replies.length).toBeGreaterThan(4);
      expect(replies.filter(({ status }) => status !== 200 && status !== 202)).toEqual([]);
      return replies.find(({ status }) => status === 202)!;
    },
    status: 202,
    stores: 'some',
    counts: expect.anything(),
    also: ({ stored }) => {
      const sizes = stored.map((row) => JSON.stringify(row.event).length + (row.reason ?? '').length);
      expect(Math.max(...sizes)).toBeLessThan(LARGEST_EVENT);
      expect(Math.max(...stored.map((row) => JSON.stringify({ ...row, event: null }).length))).toBeLessThan(
        LARGEST_EVENT,
      );
    },
  };
}

const change = () =>
  jiraBody('jira:issue_updated', {
    issue: jiraIssue(),
    user: ana,
    changelog: {
      id: '9',
      items: [
        { field: 'status', fieldId: 'status', fromString: 'To Do', toString: 'Done', from: '1', to: '2' },
      ],
    },
  });

const jsonWithEach = (fresh: () => string) => (endless: string) =>
  withEachText(JSON.parse(fresh()), endless).map((body) => JSON.stringify(body));

const huge: Row = {
  number: 25,
  words: 'too many members, or one endless text',
  note: 'The event that a cycle gets holds an excerpt without a mark: the whole body stays with the delivery.',
  cases: [
    ...unreadableEverywhere('20,001 keys', keys(20_001), /more than 20000 members/),
    ...unreadableEverywhere('a list of 20,001', `{"a":[${'0,'.repeat(20_000)}0]}`, /more than 20000/),
    ...unreadableEverywhere(
      'many small objects',
      `{"a":[${Array.from({ length: 7_000 }, () => '{"b":[0]}').join(',')}]}`,
      /more than 20000/,
    ),
    {
      name: 'Jira: a comment of 4.9 MB is read as an excerpt, and kept whole',
      door: JIRA,
      send: () =>
        delivery(JIRA, {
          raw: freshComment({ comment: jiraComment({ id: '49', body: 'long '.repeat(980_000) }) }),
        }),
      status: 202,
      stores: [{ status: 'received' }],
      counts: 'jira/accepted',
      also: ({ world, stored: [row] }) => {
        const event = row?.event as { readonly comment?: { readonly text?: string } } | null;
        expect(event?.comment?.text?.length).toBeLessThanOrEqual(EVENT_TEXT_LIMIT);
        expect(JSON.stringify(event).length).toBeLessThan(32 * 1024);
        expect(world.api.inbox.raw(row?.id ?? '')?.length).toBeGreaterThan(4_900_000);
      },
    },
    endlessTexts(JIRA, 'a comment', jsonWithEach(JIRA.fresh)),
    endlessTexts(
      JIRA,
      'a change',
      jsonWithEach(() => JSON.stringify(change())),
    ),
    endlessTexts(
      JIRA,
      'a sprint',
      jsonWithEach(() => JSON.stringify(sprintBody('sprint_closed', 'closed'))),
    ),
    endlessTexts(BITBUCKET, 'a pull request', jsonWithEach(BITBUCKET.fresh)),
    endlessTexts(
      BITBUCKET,
      'a push',
      jsonWithEach(() => JSON.stringify(pushBody)),
      [['X-Event-Key', 'repo:push']],
    ),
    endlessTexts(
      BITBUCKET,
      'a build',
      jsonWithEach(() => JSON.stringify(statusBody)),
      [['X-Event-Key', 'repo:commit_status_created']],
    ),
    endlessTexts(
      BITBUCKET,
      'a pull request of Data Center',
      jsonWithEach(() => JSON.stringify(dataCenterBody('pr:opened'))),
      [['X-Event-Key', 'pr:opened']],
    ),
    endlessTexts(SLACK, 'a mention', jsonWithEach(SLACK.fresh)),
    endlessTexts(INTERACTIONS, 'a payload', (endless) =>
      withEachText(JSON.parse(decodeURIComponent(freshInteraction().slice('payload='.length))), endless).map(
        payloadForm,
      ),
    ),
    endlessTexts(COMMANDS, 'a command', (endless) =>
      withEachText(Object.fromEntries(new URLSearchParams(freshCommand())), endless).map((fields) =>
        String(new URLSearchParams(fields as Record<string, string>)),
      ),
    ),
    {
      name: 'Jira: a key of 4 MB is no event’s',
      door: JIRA,
      send: () => delivery(JIRA, { raw: freshComment({ ['k'.repeat(4_000_000)]: 1 }) }),
      status: 202,
      stores: [{ status: 'received' }],
      counts: 'jira/accepted',
    },
    {
      name: 'Bitbucket: an event key of 10 KB is cut',
      door: BITBUCKET,
      send: () => delivery(BITBUCKET, { more: [['X-Event-Key', 'k'.repeat(10_000)]] }),
      status: 200,
      stores: [{ status: 'ignored', eventType: 'k'.repeat(100) }],
      counts: 'bitbucket/ignored',
    },
  ],
};

const form = (fields: number) => Array.from({ length: fields }, (_, index) => `f${index}=1`).join('&');

const forms: Row = {
  number: 35,
  words: 'a form that Slack does not send',
  note: 'Slack does not send interactions and commands again: 400 tells whoever looks, and the bytes are kept.',
  cases: [
    ...(
      [
        ['no payload', 'a=1', /not one field named payload/],
        ['two payloads', `${payloadForm(blockActions)}&${payloadForm(blockActions)}`, /not one field/],
        ['a payload and another field', `${payloadForm(blockActions)}&a=1`, /not one field/],
        ['an empty payload', 'payload=', /not valid JSON/],
        ['a payload cut short', 'payload=%7B%22', /not valid JSON/],
        ['a payload that is not URL-encoded', 'payload=%7', /not URL-encoded/],
        ['a nested field', 'payload[a]=1', /not one field/],
        ['5,000 fields', form(5_000), /not one field/],
      ] as const
    ).map(([name, raw, reason]) => unreadable(INTERACTIONS, name, raw, reason)),
    ...(
      [
        ['5,000 fields', form(5_000), /more than 50 fields/],
        ['a field twice', 'command=%2Fpm&command=%2Frm', /a field twice/],
        ['not URL-encoded', 'command=%', /not URL-encoded/],
      ] as const
    ).map(([name, raw, reason]) => unreadable(COMMANDS, name, raw, reason)),
  ],
};

export const unreadableRows: readonly Row[] = [types, useless, invalid, deep, huge, forms];
