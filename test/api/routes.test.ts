/** Every route, its answer held against the shape that the OpenAPI document promises. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ZodType } from 'zod';
import { actionShape } from '../../src/api/views/action-view.js';
import { approvalListShape, approvalShape } from '../../src/api/views/approval-view.js';
import { auditListShape, chainShape } from '../../src/api/views/audit-view.js';
import { cycleListShape, cycleShape } from '../../src/api/views/cycle-view.js';
import { eventListShape, eventShape } from '../../src/api/views/event-view.js';
import { commentEvent } from '../support/builders.js';
import { commentCreated, jiraComment, jiraIssue } from './support/bodies.js';
import { ask, jiraHeaders, post } from './support/sending.js';
import { type StoredCycle, storeCycle } from './support/stored-cycle.js';
import { ALL_OK, startTestApi, type TestApi } from './support/test-api.js';

let api: TestApi;
let stored: StoredCycle;
let queued: { eventId: string; cycleId: string };
const sent = JSON.stringify(
  commentCreated({ comment: jiraComment({ id: '77' }), issue: jiraIssue({ key: 'SHOP-5', id: '505' }) }),
);

beforeAll(async () => {
  api = await startTestApi();
  stored = await storeCycle(api);
  await storeCycle(api, {
    event: commentEvent({ subject: 'jira:PAY-2', tenant: 'acme' }),
    receivedAt: '2026-11-22T08:00:00.000Z',
  });
  queued = (await post(`${api.url}/webhooks/jira`, sent, jiraHeaders(sent))).body;
});
afterAll(() => api.close());

async function read(path: string, shape?: ZodType) {
  const answer = await ask(api.url + path);
  if (shape !== undefined) {
    expect(answer.status).toBe(200);
    expect(shape.safeParse(answer.body).error).toBeUndefined();
  }
  return answer;
}

describe('GET /', () => {
  test('says who answers', async () => {
    const { body } = await read('/');

    expect(body).toMatchObject({
      name: 'pm-agent',
      version: api.config.version,
      mode: 'default',
      sandboxed: ['jira', 'bitbucket', 'slack', 'claude'],
    });
    for (const path of Object.values(body.links as Record<string, string>)) {
      expect((await ask(api.url + path)).status).toBeLessThan(400);
    }
  });

  test('sends a browser to the documentation', async () => {
    const answer = await ask(`${api.url}/`, {
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    });

    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('/docs');
  });
});

test('GET /health is healthy while the process lives', async () => {
  expect(await read('/health')).toMatchObject({ status: 200, body: { status: 'healthy' } });
});

describe('GET /ready', () => {
  test('is ok when everything is', async () => {
    expect(await read('/ready')).toMatchObject({ status: 200, body: { status: 'ok', checks: ALL_OK } });
  });

  test.each([
    ['Temporal is away', { temporal: 'degraded', worker: 'degraded' }, 200],
    ['the database cannot be written', { database: 'degraded' }, 503],
  ] as const)('is degraded when %s', async (_name, parts, status) => {
    const other = await startTestApi({ readiness: { check: async () => ({ ...ALL_OK, ...parts }) } });
    const answer = await ask(`${other.url}/ready`);
    await other.close();

    expect(answer).toMatchObject({ status, body: { status: 'degraded', checks: parts } });
  });
});

test('GET /metrics counts deliveries by what became of them', async () => {
  await post(`${api.url}/webhooks/jira`, sent, jiraHeaders(sent));
  await post(`${api.url}/webhooks/jira`, sent, { ...jiraHeaders(sent), 'x-hub-signature': 'sha256=0' });
  const { status, text, headers } = await read('/metrics');

  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^text\/plain/);
  expect(text).toContain('pm_agent_webhook_deliveries_total{source="jira",result="accepted"} 1');
  expect(text).toContain('pm_agent_webhook_deliveries_total{source="jira",result="duplicate"} 1');
  expect(text).toContain('pm_agent_webhook_deliveries_total{source="jira",result="refused"} 1');
  expect(text).toContain('pm_agent_webhook_ack_seconds_count{source="jira"} 2');
  expect(text).toContain('pm_agent_webhook_refused_total{source="jira",reason="bad_signature"} 1');
  expect(text).toContain('process_resident_memory_bytes');
});

describe('GET /api/events', () => {
  test('lists what arrived', async () => {
    const { body } = await read(
      '/api/events?source=jira&status=received&subject=jira:SHOP-5',
      eventListShape,
    );

    expect(body.items).toMatchObject([
      { id: queued.eventId, cycleId: queued.cycleId, eventType: 'comment_created' },
    ]);
  });

  test('lists by the way in: all of these were told by a vendor', async () => {
    const told = await read('/api/events?origin=webhook', eventListShape);
    const found = await read('/api/events?origin=reconcile', eventListShape);

    expect(told.body.items[0]).toMatchObject({ origin: 'webhook' });
    expect(found.body.items).toEqual([]);
    expect((await read('/api/events?origin=fax')).status).toBe(400);
  });

  test('shows one, and its raw body byte for byte', async () => {
    const { body } = await read(`/api/events/${queued.eventId}`, eventShape);
    const raw = await read(`/api/events/${queued.eventId}?raw=1`);

    expect(body.event.comment.id).toBe('77');
    expect(raw.text).toBe(sent);
    expect(raw.headers.get('content-type')).toBe('application/octet-stream');
    expect(raw.headers.get('content-disposition')).toMatch(/^attachment/);
  });

  test('pages through everything once', async () => {
    const seen = await allPages('/api/events', 1);

    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(api.inbox.list({}, { limit: 500, cursor: null }).items.length);
  });
});

describe('GET /api/cycles', () => {
  test('shows queued cycles in front of those of the mirror', async () => {
    const { body } = await read('/api/cycles', cycleListShape);

    expect(body.items.map((cycle: any) => [cycle.status, cycle.subject])).toEqual([
      ['queued', 'jira:SHOP-5'],
      ['awaiting_approval', 'jira:PAY-1'],
      ['awaiting_approval', 'jira:PAY-2'],
    ]);
  });

  test.each([
    ['status=queued', ['jira:SHOP-5']],
    ['status=awaiting_approval', ['jira:PAY-1', 'jira:PAY-2']],
    ['status=completed', []],
    ['source=slack', []],
    ['subject=PAY-2', ['jira:PAY-2']],
    ['subject=jira:SHOP-5', ['jira:SHOP-5']],
    ['subject=SHOP-5', ['jira:SHOP-5']],
    ['since=2026-11-23', ['jira:SHOP-5', 'jira:PAY-1']],
    ['since=2026-11-22T08:00:00Z&status=awaiting_approval&source=jira', ['jira:PAY-1', 'jira:PAY-2']],
  ])('filters by %s', async (query, subjects) => {
    const { body } = await read(`/api/cycles?${query}`, cycleListShape);

    expect(body.items.map((cycle: any) => cycle.subject)).toEqual(subjects);
  });

  test.each([1, 2, 3])('pages of %d show every cycle once', async (limit) => {
    expect(await allPages('/api/cycles', limit)).toHaveLength(3);
  });

  test('tells one whole cycle', async () => {
    const { body } = await read(`/api/cycles/${stored.input.cycleId}`, cycleShape);

    expect(body).toMatchObject({
      id: stored.input.cycleId,
      status: 'awaiting_approval',
      subject: 'jira:PAY-1',
      source: 'jira',
      eventType: 'comment_created',
      title: 'PAY-1 Checkout fails on Safari',
      cost: 0.0125,
      temporalUrl: `http://127.0.0.1:8233/namespaces/default/workflows/${stored.input.cycleId}`,
      context: { items: [{ id: 'issue' }] },
      decision: { summary: 'Answers and asks to move it.' },
      actions: [
        {
          id: stored.made.actionId,
          kind: 'jira.comment',
          status: 'executed',
          target: 'jira:PAY-1',
          payload: { issueKey: 'PAY-1', body: 'It is in progress.' },
          hash: stored.made.hash,
          result: { message: 'commented' },
          remoteId: '30001',
          request: { method: 'POST' },
        },
        { id: stored.asked.actionId, status: 'awaiting_approval', result: null },
      ],
      approvals: [{ id: stored.approvalId, status: 'pending' }],
      modelCalls: [{ model: 'claude-sonnet-5-5', inputTokens: 100, cost: 0.0125 }],
    });
    expect(body.steps.map((step: any) => step.name)).toEqual(
      expect.arrayContaining(['gather', 'decide', 'plan']),
    );
  });

  test('knows a cycle from the 202 on', async () => {
    const { body } = await read(`/api/cycles/${queued.cycleId}`, cycleShape);

    expect(body).toMatchObject({
      status: 'queued',
      outcome: null,
      subject: 'jira:SHOP-5',
      actions: [],
      steps: [],
    });
  });

  test('gives the audit entries of one cycle in order', async () => {
    const { body } = await read(`/api/cycles/${stored.input.cycleId}/audit`, auditListShape);
    const kinds = body.items.map((entry: any) => entry.kind);

    expect(kinds).toEqual(expect.arrayContaining(['context.gathered', 'model.called', 'decision.made']));
    expect(body.items.every((entry: any) => entry.cycleId === stored.input.cycleId)).toBe(true);
  });

  test('has no audit entries yet for a queued one', async () => {
    expect((await read(`/api/cycles/${queued.cycleId}/audit`, auditListShape)).body.items).toEqual([]);
  });
});

describe('GET /api/approvals', () => {
  test('lists what waits', async () => {
    const { body } = await read('/api/approvals?status=pending', approvalListShape);

    expect(body.items).toHaveLength(2);
    expect((await read('/api/approvals?status=approved', approvalListShape)).body.items).toEqual([]);
    expect(await allPages('/api/approvals', 1)).toHaveLength(2);
  });

  test('shows one with what it covers', async () => {
    expect((await read(`/api/approvals/${stored.approvalId}`, approvalShape)).body).toMatchObject({
      id: stored.approvalId,
      cycleId: stored.input.cycleId,
      actionId: stored.asked.actionId,
      kind: 'jira.transition',
      target: 'jira:PAY-1',
      payload: { issueKey: 'PAY-1', toStatus: 'In Review' },
      hash: stored.asked.hash,
      risk: 'G2',
      status: 'pending',
      deadline: '2126-11-24T10:00:00.000Z',
      decidedBy: null,
      decidedAt: null,
      recorded: null,
    });
  });
});

test('GET /api/actions/:id shows one action', async () => {
  const { body } = await read(`/api/actions/${encodeURIComponent(stored.made.actionId)}`, actionShape);

  expect(body).toMatchObject({ id: stored.made.actionId, cycleId: stored.input.cycleId, status: 'executed' });
});

describe('GET /api/audit', () => {
  test('lists the chain, newest first', async () => {
    const { body } = await read('/api/audit?limit=500', auditListShape);
    const seqs = body.items.map((entry: any) => entry.seq);

    expect(seqs).toEqual(seqs.toSorted((left: number, right: number) => right - left));
    expect(await allPages('/api/audit', 7, 'seq')).toHaveLength(seqs.length);
  });

  test('says whether the chain holds', async () => {
    const { body } = await read('/api/audit/verify', chainShape);

    expect(body).toMatchObject({ ok: true, head: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(body.rows).toBeGreaterThan(5);
  });
});

describe('what is not known', () => {
  test.each([
    '/api/events/evt_0',
    '/api/events/evt_0?raw=1',
    '/api/cycles/cycle-jira-0',
    '/api/cycles/cycle-jira-0/audit',
    '/api/approvals/0',
    '/api/actions/0',
  ])('%s is 404', async (path) => {
    const answer = await read(path);

    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ error: { code: 'not_found' }, requestId: expect.any(String) });
  });
});

describe('every answer', () => {
  test('carries the security headers and no banner', async () => {
    const { headers } = await read('/api/cycles');

    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none'",
    );
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  test('to a failure inside is 500 without a word about it', async () => {
    const other = await startTestApi({
      mirror: {
        listAudit: () => {
          throw new Error('no such table: audit_log in /srv/data/pm-agent.db');
        },
      },
    });
    const answer = await ask(`${other.url}/api/audit`);
    await other.close();

    expect(answer.status).toBe(500);
    expect(answer.body).toEqual({
      error: { code: 'internal', message: 'something went wrong here; the log knows more' },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });
});

test('before the worker ever ran, everything of the mirror is empty', async () => {
  const empty = await startTestApi();
  const lists = ['/api/cycles', '/api/approvals', '/api/audit'];
  const answers = await Promise.all(lists.map((path) => ask(empty.url + path)));
  await empty.close();

  expect(answers.map((answer) => answer.body.items)).toEqual([[], [], []]);
});

async function allPages(path: string, limit: number, key = 'id'): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  let cursor: string | null = '';
  for (let page = 0; cursor !== null && page < 100; page += 1) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await read(`${path}?limit=${limit}${more}`);
    expect(body.items.length).toBeLessThanOrEqual(limit);
    seen.push(...body.items.map((item: any) => item[key]));
    cursor = body.nextCursor;
  }
  return seen;
}
