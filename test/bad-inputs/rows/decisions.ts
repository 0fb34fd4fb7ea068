/** Decisions over the API: by nobody, from a foreign page, too late, about nothing. */
import { expect } from '@jest/globals';
import { storeCycle } from '../../api/support/stored-cycle.js';
import { makeToken } from '../../api/support/tokens.js';
import { decision, ownPage, signIn } from '../support/operators.js';
import type { InputCase, Row, Seen } from '../support/row.js';
import { call, type Headers } from '../support/wire.js';
import type { World, WorldOptions } from '../support/world.js';

const decidesNothing = ({ world: { api } }: Seen) => {
  expect(api.delivered).toEqual([]);
  expect(api.inbox.pendingDecisions(10)).toEqual([]);
};

const ADMIN = 'a-token-of-the-first-operator';
const GUARDED: WorldOptions = { config: { server: { host: '127.0.0.1', port: 0, adminToken: ADMIN } } };

function nobody(name: string, headers: Headers, world: WorldOptions = GUARDED): InputCase {
  return {
    name,
    world,
    send: (own) => decision(own, headers),
    status: 401,
    code: 'unauthorised',
    also: (seen) => {
      decidesNothing(seen);
      expect(seen.reply.headers['www-authenticate']).toBe('Bearer realm="pm-agent"');
    },
  };
}

const OPEN: WorldOptions = {};

const unknownPerson: Row = {
  number: 38,
  words: 'a decision by nobody we know',
  cases: [
    nobody('no token', []),
    nobody('another token', [['Authorization', 'Bearer nope']]),
    nobody('an empty one', [['Authorization', 'Bearer ']]),
    nobody('a longer one', [['Authorization', `Bearer ${ADMIN}x`]]),
    nobody('the token as a password', [
      ['Authorization', `Basic ${Buffer.from(`x:${ADMIN}`).toString('base64')}`],
    ]),
    nobody('the bare token', [['Authorization', ADMIN]]),
    nobody('the token in the address of a page', [['Referer', `http://127.0.0.1/?token=${ADMIN}`]]),
    nobody('a session that is none', [['Cookie', `pm_agent_session=${'A'.repeat(43)}`]]),
    nobody('a session that is a path', [['Cookie', 'pm_agent_session=../../etc/passwd']]),
    nobody('without tokens: from a foreign page', [['Origin', 'https://evil.example']], OPEN),
    nobody('without tokens: to another host', [['Host', 'evil.example']], OPEN),
    nobody('without tokens: through a proxy', [['X-Forwarded-For', '127.0.0.1']], OPEN),
    ...['/metrics', '/api/events', '/api/cycles', '/api/approvals', '/api/audit', '/api/audit/verify'].map(
      (path): InputCase => ({
        name: `reading ${path}`,
        world: GUARDED,
        send: { path },
        status: 401,
        code: 'unauthorised',
      }),
    ),
  ],
};

function foreign(name: string, changed: Readonly<Record<string, string | null>>, code: string): InputCase {
  return {
    name,
    send: async (world) => {
      const { cookie, csrf } = await signIn(world);
      const right = { ...Object.fromEntries(ownPage(world)), Cookie: cookie, 'X-CSRF-Token': csrf };
      const headers = Object.entries({ ...right, ...changed });
      return decision(
        world,
        headers.filter((pair): pair is [string, string] => pair[1] !== null),
      );
    },
    status: 403,
    code,
    also: decidesNothing,
  };
}

const foreignPage: Row = {
  number: 39,
  words: 'a session without a CSRF token, or from a foreign page',
  cases: [
    foreign('no CSRF token', { 'X-CSRF-Token': null }, 'csrf_token'),
    foreign('an empty one', { 'X-CSRF-Token': '' }, 'csrf_token'),
    foreign('another one', { 'X-CSRF-Token': 'x'.repeat(43) }, 'csrf_token'),
    foreign('a foreign page', { Origin: 'https://evil.example' }, 'foreign_origin'),
    foreign('a page of another port', { Origin: 'http://127.0.0.1:1' }, 'foreign_origin'),
    foreign('a page that hides where it is', { Origin: 'null' }, 'foreign_origin'),
    foreign('a foreign page, says the browser', { 'Sec-Fetch-Site': 'cross-site' }, 'foreign_origin'),
    foreign('a page beside ours, says the browser', { 'Sec-Fetch-Site': 'same-site' }, 'foreign_origin'),
  ],
};

/** Settled by somebody else before. */
async function settled({ api }: World) {
  const stored = await storeCycle(api);
  const { approvalId } = stored;
  const { actionId, hash } = stored.asked;
  await api.mirror.settleApproval({
    cycleId: stored.input.cycleId,
    state: {
      approvalId,
      actionId,
      hash,
      status: 'approved',
      decidedBy: { id: 'lead-1', name: 'Ana', channel: 'api' },
      decidedAt: '2026-11-23T11:00:00.000Z',
      reason: null,
      note: null,
    },
    actionStatus: 'approved',
  });
  return stored;
}

const wrongState: Row = {
  number: 40,
  words: 'a decision in the wrong state, with another hash, about nothing',
  cases: [
    {
      name: 'settled: 409 with who decided and when',
      send: async (world) => {
        const { approvalId, asked } = await settled(world);
        return decision(world, [], () => ({ id: approvalId, hash: asked.hash }));
      },
      status: 409,
      code: 'already_decided',
      also: (seen) => {
        decidesNothing(seen);
        expect(seen.reply.body.error).toMatchObject({
          status: 'approved',
          decidedBy: 'lead-1',
          decidedAt: '2026-11-23T11:00:00.000Z',
        });
      },
    },
    {
      name: 'another hash: 409 with the current one',
      send: (world) => decision(world, [], () => ({ hash: '0'.repeat(64) })),
      status: 409,
      code: 'hash_mismatch',
      also: (seen) => {
        decidesNothing(seen);
        expect(seen.reply.body.error.hash).toMatch(/^[0-9a-f]{64}$/);
      },
    },
    ...['0'.repeat(32), 'nope', '..%2f..%2fcycles', '%00', "' OR 1=1", 'é'].map(
      (id): InputCase => ({
        name: `unknown: ${id}`,
        send: (world) => decision(world, [], () => ({ id: encodeURI(id).replaceAll('%25', '%') })),
        status: 404,
        code: 'not_found',
        also: decidesNothing,
      }),
    ),
  ],
};

const enumeration: Row = {
  number: 41,
  words: 'guessing ids of approvals',
  cases: [
    {
      name: 'all that are not there look the same, and ids have 128 bits',
      send: async (world) => {
        const { api } = world;
        const { approvalId, input } = await storeCycle(api);
        expect(approvalId).toMatch(/^[0-9a-f]{32}$/);
        const guesses = ['0'.repeat(32), approvalId.replace(/.$/, 'z'), 'x', input.cycleId];
        const { secret } = makeToken(api.config);
        const replies = [];
        for (const id of guesses) {
          const reply = await call(api.port, {
            path: `/api/approvals/${id}`,
            headers: [['Authorization', `Bearer ${secret}`]],
          });
          replies.push({ ...reply, text: reply.text.replace(id, '<id>') });
        }
        const shapes = replies.map(({ status, body }) => [status, body.error.code, Object.keys(body)]);
        expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
        return replies[0]!;
      },
      status: 404,
      code: 'not_found',
    },
    {
      name: 'without a token not even that is told',
      world: GUARDED,
      send: async ({ api }) => {
        const { approvalId } = await storeCycle(api);
        const there = await call(api.port, { path: `/api/approvals/${approvalId}` });
        const notThere = await call(api.port, { path: `/api/approvals/${'0'.repeat(32)}` });
        expect({ ...there.body, requestId: '' }).toEqual({ ...notThere.body, requestId: '' });
        return there;
      },
      status: 401,
      code: 'unauthorised',
    },
  ],
};

export const decisionRows: readonly Row[] = [unknownPerson, foreignPage, wrongState, enumeration];
