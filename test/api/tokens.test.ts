/** Tokens of operators.db over real sockets: what each scope opens, when one stops to count, and whose decisions they are. */
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeliveredDecision } from '../../src/api/decision-delivery.js';
import { openDatabase } from '../../src/database/open.js';
import type { Person } from '../../src/domain/approval.js';
import type { Scope } from '../../src/domain/operator.js';
import { readTokenUses } from '../../src/inbox/people/token-uses.js';
import { createInboxReader } from '../../src/worker/inbox-reader.js';
import { eventually } from '../support/eventually.js';
import { quietLog } from '../support/quiet-log.js';
import {
  blockActions,
  commentCreated,
  payloadForm,
  slackEvent,
  slackMessage,
  slashCommand,
} from './support/bodies.js';
import { ask, jiraHeaders, post, slackHeaders } from './support/sending.js';
import { type StoredCycle, storeCycle } from './support/stored-cycle.js';
import { startTestApi, type TestApi } from './support/test-api.js';
import { makeToken, withTokens } from './support/tokens.js';

const ANA: Person = { id: 'lead-1', name: 'Ana', jira: null, bitbucket: null, slack: null, roles: ['lead'] };

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

function get(path: string, headers: Record<string, string> = {}) {
  return ask(`${api.url}${path}`, { headers });
}

function decide(stored: StoredCycle, headers: Record<string, string>) {
  return ask(`${api.url}/api/approvals/${stored.approvalId}/decision`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ decision: 'approve', hash: stored.asked.hash }),
  });
}

function applied(stored: StoredCycle): DeliveredDecision {
  return {
    kind: 'applied',
    state: {
      approvalId: stored.approvalId,
      actionId: stored.asked.actionId,
      hash: stored.asked.hash,
      status: 'approved',
      decidedBy: null,
      decidedAt: '2026-11-23T11:00:00.000Z',
      reason: null,
      note: null,
    },
  };
}

describe('the first token', () => {
  test('counts at once, and from then on being at the machine does not', async () => {
    expect((await get('/api/cycles')).status).toBe(200);
    const { bearer } = makeToken(api.config);

    expect((await get('/api/cycles')).status).toBe(401);
    expect((await get('/api/cycles', bearer)).status).toBe(200);
  });

  test('does not open the machine again when it ends', async () => {
    const { id } = makeToken(api.config);
    withTokens(api.config, (tokens) => tokens.revoke(id));

    const answer = await get('/api/cycles');

    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'unauthorised' } } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="pm-agent"');
  });

  test('stands beside PM_AGENT_ADMIN_TOKEN', async () => {
    await api.close();
    api = await startTestApi({ config: { server: { host: '127.0.0.1', port: 0, adminToken: 'the-first' } } });
    const { bearer } = makeToken(api.config);

    expect((await get('/api/cycles', bearer)).status).toBe(200);
    expect((await get('/api/cycles', { authorization: 'Bearer the-first' })).status).toBe(200);
  });
});

describe('a token that does not count', () => {
  test.each([
    [
      'was revoked',
      () => {
        const { id, secret } = makeToken(api.config);
        withTokens(api.config, (tokens) => tokens.revoke(id));
        return secret;
      },
    ],
    ['has expired', () => makeToken(api.config, { expiresAt: '2026-01-01T00:00:00.000Z' }).secret],
    ['is another one', () => `${makeToken(api.config).secret}x`],
    ['is its own id', () => makeToken(api.config).id],
  ])('because it %s is 401', async (_why, secretOf) => {
    const secret = secretOf();

    expect((await get('/api/cycles', { authorization: `Bearer ${secret}` })).status).toBe(401);
  });

  test('is 429 after twenty in a minute, while good ones go on', async () => {
    const { bearer } = makeToken(api.config);
    const statuses: number[] = [];
    for (let n = 0; n < 21; n += 1) {
      statuses.push((await get('/api/cycles', { authorization: `Bearer wrong-${n}` })).status);
    }
    const over = await get('/api/cycles', { authorization: 'Bearer wrong' });

    expect(statuses.slice(0, 20).every((status) => status === 401)).toBe(true);
    expect(over).toMatchObject({ status: 429, body: { error: { code: 'too_many_attempts' } } });
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await get('/api/cycles', bearer)).status).toBe(200);
  });

  test('a file that cannot be read lets nobody in', async () => {
    writeFileSync(api.config.operatorsFile, 'x'.repeat(4_096));

    expect((await get('/api/cycles')).status).toBe(500);
  });
});

describe('scopes', () => {
  const READS = [
    '/metrics',
    '/api/events',
    '/api/cycles',
    '/api/approvals',
    '/api/audit',
    '/api/audit/verify',
    '/api/session',
  ];

  test.each(['read', 'decide', 'admin'] as const)('%s may read everything', async (scope) => {
    const { bearer } = makeToken(api.config, { scope });

    for (const path of READS) {
      expect({ path, status: (await get(path, bearer)).status }).toEqual({ path, status: 200 });
    }
  });

  test.each<[Scope, number]>([
    ['read', 403],
    ['decide', 200],
    ['admin', 200],
  ])('%s deciding is answered %d', async (scope, status) => {
    const stored = await storeCycle(api);
    const { bearer } = makeToken(api.config, { scope });
    api.answers.push(applied(stored));

    const answer = await decide(stored, bearer);

    expect(answer.status).toBe(status);
    expect(api.delivered).toHaveLength(status === 200 ? 1 : 0);
  });

  test('what is missing is said', async () => {
    const { bearer } = makeToken(api.config, { name: 'viewer', scope: 'read' });

    expect((await decide(await storeCycle(api), bearer)).body.error).toEqual({
      code: 'insufficient_scope',
      message: 'this needs the scope decide; "viewer" has read',
    });
  });

  describe.each<[Scope, number]>([
    ['read', 403],
    ['decide', 403],
    ['admin', 200],
  ])('the bytes of what Slack sends as a form, read with %s,', (scope, status) => {
    test.each([
      ['a button', 'interactions', payloadForm({ ...blockActions, actions: [{ action_id: 'other' }] })],
      ['a slash command', 'commands', String(slashCommand)],
      ['a form that nobody can read', 'interactions', 'payload=%7B'],
    ])(`of %s are answered ${status}`, async (_what, door, raw) => {
      const { bearer } = makeToken(api.config, { name: 'viewer', scope });
      await post(`${api.url}/webhooks/slack/${door}`, raw, slackHeaders(raw, 'form'));
      const [event] = (await get('/api/events', bearer)).body.items;

      const answer = await get(`/api/events/${event.id}?raw=1`, bearer);

      expect(answer.status).toBe(status);
      expect(answer.text.includes(raw)).toBe(status === 200);
      if (status === 403) {
        expect(answer.body.error).toEqual({
          code: 'insufficient_scope',
          message: `the body of a Slack form holds what answers in the agent's name (response_url, trigger_id): its bytes need the scope admin; "viewer" has ${scope}`,
        });
      }
      expect((await get(`/api/events/${event.id}`, bearer)).status).toBe(200);
    });
  });

  test.each([
    ['Slack’s events', 'slack', JSON.stringify(slackEvent(slackMessage({ type: 'app_mention' })))],
    ['Jira’s', 'jira', JSON.stringify(commentCreated())],
  ])('the bytes of %s are read with any', async (_whose, door, raw) => {
    const { bearer } = makeToken(api.config, { scope: 'read' });
    await post(`${api.url}/webhooks/${door}`, raw, door === 'slack' ? slackHeaders(raw) : jiraHeaders(raw));
    const [event] = (await get('/api/events', bearer)).body.items;

    expect((await get(`/api/events/${event.id}?raw=1`, bearer)).text).toBe(raw);
  });

  test('who tried to decide without it is kept', async () => {
    const stored = await storeCycle(api);
    const { bearer } = makeToken(api.config, { name: 'viewer', scope: 'read' });
    await decide(stored, bearer);

    const inbox = createInboxReader(api.config.inboxFile, (file) =>
      openDatabase(file, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
    );
    const kept = inbox.notesAfter(0, 10);
    inbox.close();
    expect(kept).toMatchObject([
      {
        kind: 'decision.refused',
        cycleId: stored.input.cycleId,
        actor: 'api:viewer',
        data: { approvalId: stored.approvalId, what: 'decide', code: 'insufficient_scope' },
      },
    ]);
  });

  test('who tries on and on is answered each time and kept twenty times; who may decide is let in', async () => {
    const stored = await storeCycle(api);
    const { bearer } = makeToken(api.config, { name: 'viewer', scope: 'read' });
    const other = makeToken(api.config, { name: 'decider', scope: 'decide' });

    for (let n = 0; n < 25; n += 1) {
      expect(await decide(stored, bearer)).toMatchObject({
        status: 403,
        body: { error: { code: 'insufficient_scope' } },
      });
    }
    api.answers.push(applied(stored));
    expect((await decide(stored, other.bearer)).status).toBe(200);

    const inbox = createInboxReader(api.config.inboxFile, (file) =>
      openDatabase(file, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
    );
    const kept = inbox.notesAfter(0, 100).map(({ kind }) => kind);
    inbox.close();
    expect(kept).toEqual([...Array.from({ length: 20 }, () => 'decision.refused'), 'refusals.capped']);
    const metrics = (await get('/metrics', makeToken(api.config, { scope: 'read' }).bearer)).text;
    expect(metrics).toContain('pm_agent_refused_decisions_total{recorded="listed"} 20');
    expect(metrics).toContain('pm_agent_refused_decisions_total{recorded="counted"} 5');
  });

  test('without any token 401 comes before everything else', async () => {
    makeToken(api.config);

    expect((await decide(await storeCycle(api), {})).status).toBe(401);
  });
});

describe('a decision with a token', () => {
  async function decidedBy(given: Parameters<typeof makeToken>[1], headers: Record<string, string> = {}) {
    const stored = await storeCycle(api);
    api.answers.push(applied(stored));
    const answer = await decide(stored, { ...makeToken(api.config, given).bearer, ...headers });
    expect(answer.status).toBe(200);
    return JSON.parse(api.delivered.at(-1)?.input ?? '{}').by;
  }

  async function withAna() {
    await api.close();
    api = await startTestApi({ config: { file: { ...api.config.file, people: [ANA] } } });
  }

  test('is the operator’s who is named', async () => {
    expect(await decidedBy({ name: 'ops' })).toEqual({ id: 'ops', name: 'ops', channel: 'api' });
  });

  test('is the person’s whom it is bound to, by the name in pm-agent.yaml', async () => {
    await withAna();

    expect(await decidedBy({ name: 'laptop', person: 'lead-1' })).toEqual({
      id: 'lead-1',
      name: 'Ana',
      channel: 'api',
    });
  });

  test('from the command line says so', async () => {
    expect((await decidedBy({}, { 'x-pm-agent-client': 'cli' })).channel).toBe('cli');
  });

  test('is never a person’s whose id came to be the token’s name', async () => {
    await withAna();

    expect((await decidedBy({ name: 'lead-1' })).id).toMatch(/^tok_/);
  });

  test('counts where the rule names that person, and only there', async () => {
    await withAna();
    const rule = { approvers: { roles: ['lead'] }, deciders: ['lead-1'], rule: 'leads' };
    const stored = await storeCycle(api, {}, rule);
    api.answers.push(applied(stored));
    const stranger = makeToken(api.config, { name: 'ops', scope: 'admin' });
    const lead = makeToken(api.config, { name: 'laptop', person: 'lead-1' });

    expect(await decide(stored, stranger.bearer)).toMatchObject({
      status: 403,
      body: { error: { code: 'not_allowed', message: 'rule "leads" lets only Ana decide this' } },
    });
    expect((await decide(stored, lead.bearer)).status).toBe(200);
  });
});

test('when a token was used is noted once an hour', async () => {
  const { id, bearer } = makeToken(api.config);
  await get('/api/cycles', bearer);

  const first = await eventually(async () => {
    const at = readTokenUses(api.config.inboxFile, quietLog).get(id);
    expect(at).toBeDefined();
    return at;
  });
  await get('/api/cycles', bearer);

  expect(readTokenUses(api.config.inboxFile, quietLog).get(id)).toBe(first);
});

test('what an operator reads is kept by nobody on the way', async () => {
  expect((await get('/api/cycles')).headers.get('cache-control')).toBe('no-store');
});
