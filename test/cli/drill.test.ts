import { afterEach, expect, test } from '@jest/globals';
import { type FakeServer, fakeServer, pmAgent } from './support.js';

let api: FakeServer;
afterEach(() => api.close());

test('start says where it waits, and not which one it is', async () => {
  api = await fakeServer({ 'POST /api/drills': { status: 202, body: { id: 'drill-1', status: 'queued' } } });

  const ran = await pmAgent(['drill', 'start'], { PM_AGENT_URL: api.url });

  expect(ran.code).toBe(0);
  expect(ran.out).toContain('it waits among the other requests');
  expect(ran.out).not.toContain('drill-1');
});

test('report shows the catch rate by approver and overall, and what was wrong', async () => {
  const rate = { caught: 1, missed: 3, rate: 0.25 };
  const item = {
    outcome: 'missed',
    kind: 'jira.transition',
    wrong: 'PAY-1 was in progress',
    decidedBy: 'ana',
    endedAt: '2026-11-23T10:01:00.000Z',
  };
  api = await fakeServer({
    'GET /api/drills': { body: { overall: rate, byApprover: [{ id: 'ana', ...rate }], items: [item] } },
  });

  const ran = await pmAgent(['drill', 'report'], { PM_AGENT_URL: api.url });

  expect(ran.out).toMatch(/ana +1 +3 +25 %/);
  expect(ran.out).toMatch(/all +1 +3 +25 %/);
  expect(ran.out).toMatch(/missed +ana +jira\.transition +PAY-1 was in progress/);
});

test('who may not is told so', async () => {
  const error = { code: 'insufficient_scope', message: 'this needs the scope admin' };
  api = await fakeServer({ 'GET /api/drills': { status: 403, body: { error } } });

  const ran = await pmAgent(['drill', 'report'], { PM_AGENT_URL: api.url });

  expect(ran).toMatchObject({ code: 1 });
  expect(ran.err).toContain('this needs the scope admin (403)');
});
