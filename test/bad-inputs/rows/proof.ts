/** How a delivery proves itself: signatures, secrets, timestamps, and Slack's question whether the address is ours. */
import { createHmac } from 'node:crypto';
import { expect } from '@jest/globals';
import { SECRETS } from '../../api/support/config.js';
import { hubSignature } from '../../api/support/sending.js';
import {
  DOORS,
  type Door,
  delivery,
  HUB_DOORS,
  JSON_DOORS,
  SLACK,
  SLACK_DOORS,
  slackProof,
} from '../support/doors.js';
import type { InputCase, Row } from '../support/row.js';
import type { Headers } from '../support/wire.js';

const HEX = 'a'.repeat(64);

/** Refused for its proof: nothing is stored, and it is counted. */
function refused(door: Door, name: string, proof: (raw: string) => Headers): InputCase {
  return {
    name: `${door.name}: ${name}`,
    door,
    send: () => {
      const raw = door.fresh();
      return delivery(door, { raw, proof: proof(raw) });
    },
    status: 401,
    code: 'bad_signature',
    counts: `${door.source}/refused`,
    // Slack may try again: a wrong secret or clock of ours can be put right meanwhile.
    also: ({ reply }) => expect(reply.headers).not.toHaveProperty('x-slack-no-retry'),
  };
}

const now = (shift = 0) => Math.floor(Date.now() / 1000) + shift;

/** A signature header in this form, with everything else as it should be. */
const slackForm = (signature: string): Headers => [
  ['X-Slack-Request-Timestamp', String(now())],
  ['X-Slack-Signature', signature],
];
const hubForm = (signature: string): Headers => [['X-Hub-Signature', signature]];
const formOf = (door: Door) => (door.source === 'slack' ? slackForm : hubForm);
const methodOf = (door: Door) => (door.source === 'slack' ? 'v0=' : 'sha256=');
const signatureIn = (proof: Headers) => proof.at(-1)?.[1] ?? '';

const unsigned: Row = {
  number: 1,
  words: 'no signature header',
  cases: [
    ...DOORS.map((door) => refused(door, 'none at all', () => [])),
    ...SLACK_DOORS.map((door) =>
      refused(door, 'a timestamp alone', () => [['X-Slack-Request-Timestamp', String(now())]]),
    ),
  ],
};

const wrong: Row = {
  number: 2,
  words: 'a wrong signature',
  cases: DOORS.flatMap((door) => [
    refused(door, 'of another secret', (raw) => door.proof(raw, 'another')),
    refused(door, 'of another body', (raw) => door.proof(`${raw} `)),
    refused(door, 'of 64 other digits', () => formOf(door)(methodOf(door) + HEX)),
    ...(door.source === 'slack'
      ? [
          refused(door, 'of another timestamp', (raw) => [
            ['X-Slack-Request-Timestamp', String(now(-1))],
            ['X-Slack-Signature', signatureIn(slackProof(raw, SECRETS.slack, now(-2)))],
          ]),
          refused(door, 'of the body alone', (raw) =>
            slackForm(hubSignature(raw, SECRETS.slack).replace('sha256=', 'v0=')),
          ),
        ]
      : []),
  ]),
};

const ODD_FORMS: readonly (readonly [name: string, make: (good: string, method: string) => string])[] = [
  ['empty', () => ''],
  ['the method only', (_good, method) => method],
  ['cut by a digit', (good) => good.slice(0, -1)],
  ['a digit longer', (good) => `${good}0`],
  ['not hexadecimal', (_good, method) => method + 'z'.repeat(64)],
  ['64 letters of two bytes', (_good, method) => method + 'é'.repeat(64)],
  ['a blank inside', (good, method) => `${method} ${good.slice(method.length + 1)}`],
  ['twice in one header', (good) => `${good}, ${good}`],
  ['a list that begins well', (good) => `${good},x`],
  ['10 KB of digits', (_good, method) => method + 'a'.repeat(10_000)],
];

const odd: Row = {
  number: 3,
  words: 'a signature of odd form',
  cases: DOORS.flatMap((door) => [
    ...ODD_FORMS.map(([name, make]) =>
      refused(door, name, (raw) => formOf(door)(make(signatureIn(door.proof(raw)), methodOf(door)))),
    ),
    refused(door, 'sent twice', (raw) => [...door.proof(raw), ...door.proof(raw).slice(-1)]),
  ]),
};

const digest = (method: string, raw: string, secret: string) =>
  createHmac(method, secret).update(raw).digest('hex');

const methods: Row = {
  number: 4,
  words: 'a signature by another method',
  cases: [
    ...HUB_DOORS.flatMap((door) => {
      const secret = SECRETS[door.source];
      return [
        refused(door, 'sha1', (raw) => hubForm(`sha1=${digest('sha1', raw, secret)}`)),
        refused(door, 'md5', (raw) => hubForm(`md5=${digest('md5', raw, secret)}`)),
        refused(door, 'sha512', (raw) => hubForm(`sha512=${digest('sha512', raw, secret)}`)),
        refused(door, 'sha1 that says sha256', (raw) => hubForm(`sha256=${digest('sha1', raw, secret)}`)),
        refused(door, 'sha256 in capitals', (raw) =>
          hubForm(hubSignature(raw, secret).replace('sha', 'SHA')),
        ),
        refused(door, 'no method', (raw) => hubForm(hubSignature(raw, secret).slice(7))),
        refused(door, 'an unknown one', (raw) =>
          hubForm(hubSignature(raw, secret).replace('sha256', 'toString')),
        ),
        refused(door, 'the plain hash', (raw) =>
          hubForm(`sha256=${createHmac('sha256', '').update(raw).digest('hex')}`),
        ),
      ];
    }),
    ...SLACK_DOORS.flatMap((door) =>
      ['v1=', 'V0=', 'sha256=', ''].map((method) =>
        refused(door, `${method === '' ? 'none' : method} instead of v0=`, (raw) =>
          slackForm(signatureIn(door.proof(raw)).replace('v0=', method)),
        ),
      ),
    ),
  ],
};

/** The same content in other bytes: what a proxy or parser that writes JSON anew would sign. */
function reserialised(door: Door): InputCase {
  return {
    name: `${door.name}: sent with blanks, signed without`,
    door,
    send: () => {
      const compact = door.fresh();
      const raw = JSON.stringify(JSON.parse(compact), null, 2);
      return delivery(door, { raw, proof: door.proof(compact) });
    },
    status: 401,
    code: 'bad_signature',
    counts: `${door.source}/refused`,
  };
}

const rawBytes: Row = {
  number: 5,
  words: 'a signature of the same content in other bytes',
  cases: [
    ...JSON_DOORS.map(reserialised),
    ...SLACK_DOORS.slice(1).map((door) =>
      refused(door, 'signed as decoded', (raw) => slackProof(decodeURIComponent(raw))),
    ),
  ],
};

const ROTATING = {
  config: { webhookSecrets: { jira: ['new', 'old'], bitbucket: ['new', 'old'], slack: ['new', 'old'] } },
};
const ROTATED = { config: { webhookSecrets: { jira: ['new'], bitbucket: ['new'], slack: ['new'] } } };

function signedWith(door: Door, secret: string): InputCase {
  return {
    name: `${door.name}: with the ${secret} secret, both configured`,
    door,
    send: () => {
      const raw = door.fresh();
      return delivery(door, { raw, proof: door.proof(raw, secret) });
    },
    status: 202,
    stores: [{ source: door.source, status: 'received' }],
    counts: `${door.source}/accepted`,
  };
}

const rotation: Row = {
  number: 6,
  words: 'the secret before, during and after a rotation',
  world: ROTATING,
  cases: DOORS.flatMap((door) => [
    signedWith(door, 'new'),
    signedWith(door, 'old'),
    refused(door, 'the one before both', (raw) => door.proof(raw, 'older')),
    { ...refused(door, 'the old one, after', (raw) => door.proof(raw, 'old')), world: ROTATED },
  ]),
};

const SKEWS: readonly (readonly [name: string, timestamp: () => number])[] = [
  ['301 s old', () => now(-301)],
  ['a day old', () => now(-86_400)],
  ['302 s early', () => now(302)],
  ['a hundred times too large', () => now() * 100],
];

const times: Row = {
  number: 8,
  words: 'a timestamp of Slack that is old, early or none',
  cases: SLACK_DOORS.flatMap((door) => [
    ...SKEWS.map(
      ([name, timestamp]): InputCase => ({
        ...refused(door, name, (raw) => slackProof(raw, SECRETS.slack, timestamp())),
        code: 'clock_skew',
        counts: 'slack/refused',
      }),
    ),
    ...['', 'soon', '-1', '0x5f3759df', '1e9', '1795000000.5', '9'.repeat(40)].map((timestamp) =>
      refused(door, JSON.stringify(timestamp), (raw) => slackProof(raw, SECRETS.slack, timestamp)),
    ),
    refused(door, 'missing', (raw) => slackProof(raw).slice(1)),
    refused(door, 'sent twice', (raw) => [...slackProof(raw).slice(0, 1), ...slackProof(raw)]),
  ]),
};

const question = (challenge: unknown) => JSON.stringify({ token: 'x', type: 'url_verification', challenge });

const unprovenQuestion: Row = {
  number: 9,
  words: 'url_verification that is not proved',
  cases: (
    [
      ['unsigned', () => [], 'bad_signature'],
      ['signed with another secret', (raw: string) => slackProof(raw, 'another'), 'bad_signature'],
      ['signed an hour ago', (raw: string) => slackProof(raw, SECRETS.slack, now(-3600)), 'clock_skew'],
    ] as const
  ).map(([name, proof, code]): InputCase => {
    const raw = question('echo-me-please');
    return {
      name,
      send: () => delivery(SLACK, { raw, proof: proof(raw) }),
      status: 401,
      code,
      counts: 'slack/refused',
      also: ({ reply }) => expect(reply.text).not.toContain('echo-me'),
    };
  }),
};

const provenQuestion: Row = {
  number: 10,
  words: 'url_verification that is proved',
  cases: [
    ...['3eZbrw1aBm2rZgRNFdxV', 'y'.repeat(200), '<script>alert(1)</script>'].map(
      (challenge): InputCase => ({
        name: `${challenge.slice(0, 30)} is echoed as text and not stored`,
        send: () => delivery(SLACK, { raw: question(challenge) }),
        status: 200,
        counts: 'slack/challenge',
        also: ({ reply }) => {
          expect(reply.text).toBe(challenge);
          expect(reply.headers).toMatchObject({
            'content-type': 'text/plain; charset=utf-8',
            'x-content-type-options': 'nosniff',
          });
        },
      }),
    ),
    ...['y'.repeat(201), '', 7, { a: 1 }, null].map(
      (challenge): InputCase => ({
        name: `${JSON.stringify(challenge).slice(0, 30)} is refused, for good`,
        send: () => delivery(SLACK, { raw: question(challenge) }),
        status: 400,
        code: 'bad_challenge',
        counts: 'slack/refused',
        also: ({ reply }) => {
          expect(reply.text).not.toContain('yyy');
          expect(reply.headers).toMatchObject({ 'x-slack-no-retry': '1' });
        },
      }),
    ),
  ],
};

export const proofRows: readonly Row[] = [
  unsigned,
  wrong,
  odd,
  methods,
  rawBytes,
  rotation,
  times,
  unprovenQuestion,
  provenQuestion,
];
