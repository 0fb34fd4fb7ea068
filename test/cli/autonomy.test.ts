import { afterEach, expect, test } from '@jest/globals';
import { type FakeServer, fakeServer, pmAgent } from './support.js';

let api: FakeServer;
afterEach(() => api.close());

const LEVEL = {
  kind: 'jira.comment',
  project: 'PAY',
  level: 'approve',
  source: 'file',
  since: null,
  evidence: { clean: 31, edited: 2, rejected: 1, undone: 0, observed: 0, run: 30, needed: 30, lastBad: null },
  wayUp: 'announce is offered: pm-agent autonomy promote jira.comment PAY',
  offer: 'announce',
  history: [],
};

test('list shows the level, what speaks for more, and what is offered', async () => {
  api = await fakeServer({ 'GET /api/autonomy': { body: { items: [LEVEL] } } });

  const ran = await pmAgent(['autonomy', 'list'], { PM_AGENT_URL: api.url });

  expect(ran.code).toBe(0);
  expect(ran.out).toMatch(
    /jira\.comment +PAY +approve \(pm-agent\.yaml\) .* 31 +2 +1 +0 +30 of 30 +announce/,
  );
});

test('list tells of each the way up, and no number where nothing can be earned', async () => {
  const top = { ...LEVEL, level: 'announce', offer: null, project: '-', wayUp: 'Nothing more to earn' };
  api = await fakeServer({ 'GET /api/autonomy': { body: { items: [LEVEL, top] } } });

  const ran = await pmAgent(['autonomy', 'list'], { PM_AGENT_URL: api.url });

  expect(ran.out).toContain(
    '\njira.comment in PAY: announce is offered: pm-agent autonomy promote jira.comment PAY.\n',
  );
  expect(ran.out).toContain('\njira.comment: Nothing more to earn.\n');
  expect(ran.out).toMatch(/announce \(pm-agent\.yaml\) .* 0 +– +–/);
});

test.each(['promote', 'demote'])('%s says which level holds now', async (order) => {
  const level = { ...LEVEL, level: 'announce' };
  api = await fakeServer({ [`POST /api/autonomy/${order}`]: { body: level } });

  const ran = await pmAgent(['autonomy', order, 'jira.comment', 'PAY', '--reason', 'why not'], {
    PM_AGENT_URL: api.url,
  });

  expect(ran.code).toBe(0);
  expect(ran.out).toContain('jira.comment in PAY is at announce now');
});

test('what is not offered is told in the words of the API', async () => {
  const error = { code: 'not_offered', message: 'announce is not offered for jira.comment in PAY' };
  api = await fakeServer({ 'POST /api/autonomy/promote': { status: 409, body: { error } } });

  const ran = await pmAgent(['autonomy', 'promote', 'jira.comment', 'PAY'], { PM_AGENT_URL: api.url });

  expect(ran.code).toBe(1);
  expect(ran.err).toContain('announce is not offered for jira.comment in PAY (409)');
});

test('an order that waits for a worker says so', async () => {
  api = await fakeServer({ 'POST /api/autonomy/demote': { status: 202, body: { status: 'recorded' } } });

  const ran = await pmAgent(['autonomy', 'demote', 'jira.comment'], { PM_AGENT_URL: api.url });

  expect(ran).toMatchObject({ code: 0 });
  expect(ran.out).toContain('Recorded');
});
