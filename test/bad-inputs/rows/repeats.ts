/** What was captured and comes again, and what comes too late or too early. */
import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { pullRequest, pullRequestBody } from '../../api/support/bodies.js';
import { BITBUCKET, DOORS, type Door, delivery, freshComment, HUB_DOORS, JIRA } from '../support/doors.js';
import type { InputCase, Row } from '../support/row.js';
import { call, type Headers, type Message } from '../support/wire.js';
import type { World } from '../support/world.js';

const ID_HEADERS = {
  jira: 'X-Atlassian-Webhook-Identifier',
  bitbucket: 'X-Request-UUID',
} as const;

/** A good delivery that was taken, kept for the case to send again. */
function captured(door: Door, raw?: string) {
  let message: Message | undefined;
  return {
    take: async ({ api }: World) => {
      message = delivery(door, raw === undefined ? {} : { raw });
      expect((await call(api.port, message)).status).toBe(202);
    },
    /** Byte for byte, but for these headers. */
    again: (changed: Headers = []): Message => {
      const names = new Set(changed.map(([name]) => name));
      const kept = (message?.headers ?? []).filter(([name]) => !names.has(name));
      return { ...(message as Message), headers: [...kept, ...changed] };
    },
  };
}

function replayed(door: Door, name: string, changed: () => Headers): InputCase {
  const { take, again } = captured(door);
  return {
    name: `${door.name}: ${name}`,
    door,
    before: take,
    send: () => again(changed()),
    status: 200,
    counts: `${door.source}/duplicate`,
    also: ({ reply }) =>
      expect(reply.body).toEqual({
        status: 'duplicate',
        eventId: expect.any(String),
        cycleId: expect.any(String),
      }),
  };
}

const exact: Row = {
  number: 11,
  words: 'an exact replay',
  cases: [
    ...DOORS.map((door) => replayed(door, 'byte for byte', () => [])),
    {
      name: 'Jira: a hundred at the same moment are one row',
      door: JIRA,
      send: async ({ api }) => {
        const message = delivery(JIRA);
        const replies = await Promise.all(Array.from({ length: 100 }, () => call(api.port, message)));
        expect(replies.filter(({ status }) => status === 202)).toHaveLength(1);
        expect(new Set(replies.map(({ body }) => body.eventId)).size).toBe(1);
        return replies.find(({ status }) => status === 200) ?? replies[0]!;
      },
      status: 200,
      stores: [{ status: 'received' }],
      counts: { 'jira/accepted': 1, 'jira/duplicate': 99 },
    },
  ],
};

const newId: Row = {
  number: 12,
  words: 'a replay under another delivery id',
  note: 'Slack names its deliveries inside the signed body.',
  cases: HUB_DOORS.flatMap((door) => {
    const name = ID_HEADERS[door.source as keyof typeof ID_HEADERS];
    return [
      replayed(door, 'a new one', () => [[name, randomUUID()]]),
      replayed(door, 'an odd one', () => [[name, '../../etc']]),
      replayed(door, 'one too long to be one', () => [[name, 'x'.repeat(500)]]),
      replayed(door, 'an empty one', () => [[name, '']]),
    ];
  }),
};

const merged = (id: number) =>
  JSON.stringify(pullRequestBody({ pullrequest: pullRequest({ id, state: 'MERGED' }) }));

const MERGED: Door = {
  ...BITBUCKET,
  fresh: () => merged(904),
  headers: () => [
    ['X-Event-Key', 'pullrequest:fulfilled'],
    ['X-Request-UUID', randomUUID()],
  ],
};

function keyChanged(name: string, id: number, key: string, reason: RegExp): InputCase {
  const { take, again } = captured(MERGED, merged(id));
  return {
    name,
    before: take,
    send: () =>
      again([
        ['X-Event-Key', key],
        ['X-Request-UUID', randomUUID()],
      ]),
    status: 200,
    counts: 'bitbucket/quarantined',
    stores: [{ status: 'quarantined', cycleId: null, event: null, reason: expect.stringMatching(reason) }],
    also: ({ reply }) =>
      expect(reply.body).toMatchObject({ status: 'quarantined', reason: expect.any(String) }),
  };
}

const newKey: Row = {
  number: 13,
  words: 'a replay under another event key',
  note: 'Only Bitbucket names the event outside of what is signed.',
  cases: [
    keyChanged('that the body does not fit', 901, 'pullrequest:comment_created', /does not fit the body/),
    keyChanged(
      'that the body would fit',
      902,
      'pullrequest:updated',
      /^the same body came as pr_merged before$/,
    ),
    keyChanged('of another shape', 903, 'repo:push', /does not fit the body/),
    replayed(MERGED, 'and the same delivery id is the same delivery', () => [
      ['X-Event-Key', 'pullrequest:updated'],
    ]),
    {
      name: 'that never came as anything else',
      send: () => delivery(BITBUCKET, { more: [['X-Event-Key', 'pullrequest:approved']] }),
      status: 200,
      counts: 'bitbucket/quarantined',
      stores: [{ status: 'quarantined', cycleId: null }],
    },
  ],
};

const NOW = Date.parse('2026-11-23T10:00:00Z');
const DAY = 24 * 3600 * 1000;
const STOPPED = { clock: () => new Date(NOW) };

function aged(name: string, timestamp: unknown, becomes: 'accepted' | 'quarantined'): InputCase {
  return {
    name: `${name}: ${becomes}`,
    send: () => delivery(JIRA, { raw: freshComment({ timestamp }) }),
    status: becomes === 'accepted' ? 202 : 200,
    counts: `jira/${becomes}`,
    stores: [
      becomes === 'accepted'
        ? { status: 'received' }
        : { status: 'quarantined', cycleId: null, reason: expect.stringContaining('signed') },
    ],
  };
}

const age: Row = {
  number: 14,
  words: 'signed too long ago, or in the future',
  world: STOPPED,
  cases: [
    aged('a day old', NOW - DAY, 'accepted'),
    aged('a day and a millisecond old', NOW - DAY - 1, 'quarantined'),
    aged('of 1970', 0, 'quarantined'),
    aged('5 minutes early', NOW + 300_000, 'accepted'),
    aged('5 minutes and a millisecond early', NOW + 300_001, 'quarantined'),
    aged('of the year 5000', 95_617_584_000_000, 'quarantined'),
    aged('no number', '2018-12-20 15:45:59,695', 'accepted'),
    aged('missing', undefined, 'accepted'),
    {
      ...aged('years old with EVENT_MAX_AGE=0', 1_550_286_678_321, 'accepted'),
      world: { ...STOPPED, config: { eventMaxAgeMs: null } },
    },
  ],
};

export const repeatRows: readonly Row[] = [exact, newId, newKey, age];
