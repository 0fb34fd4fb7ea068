import { afterEach, expect, test } from '@jest/globals';
import { type FakeServer, fakeServer, pmAgent } from './support.js';

const ID = 'cycle-1.a1';

let api: FakeServer;
afterEach(() => api.close());

async function apiThat(answers: Parameters<typeof fakeServer>[0]) {
  api = await fakeServer(answers);
  return { PM_AGENT_URL: api.url };
}

const settling = (answer: { readonly status?: number; readonly body: unknown }) =>
  apiThat({ [`POST /api/actions/${ID}/settle`]: answer });

test.each([
  ['--done', { found: 'done' }, `Settled: ${ID} was done.\n`],
  ['--not-done', { found: 'not_done' }, `Settled: ${ID} was not done. To have its event answered again`],
])('settle %s says what was found', async (flag, body, words) => {
  const env = await settling({ body: { id: ID } });

  const ran = await pmAgent(['settle', ID, flag], env);

  expect(ran.code).toBe(0);
  expect(ran.out).toContain(words);
  expect(JSON.parse(String(api.asked[0]?.body))).toEqual(body);
});

test('settle takes a reason along', async () => {
  const env = await settling({ body: { id: ID } });

  await pmAgent(['settle', ID, '--done', '--reason', 'it stands there'], env);

  expect(JSON.parse(String(api.asked[0]?.body))).toEqual({ found: 'done', reason: 'it stands there' });
});

test.each([[[]], [['--done', '--not-done']]])('settle wants one finding, not %j', async (flags) => {
  const env = await settling({ body: {} });

  const ran = await pmAgent(['settle', ID, ...flags], env);

  expect(ran.code).toBe(2);
  expect(ran.err).toContain(`say what you found of ${ID}: --done or --not-done`);
  expect(api.asked).toEqual([]);
});

test('settle tells that no worker has taken it over yet, and what the API refuses', async () => {
  const env = await settling({ status: 202, body: { status: 'recorded' } });
  const ran = await pmAgent(['settle', ID, '--done'], env);
  expect(ran).toMatchObject({ code: 0, out: `Recorded: ${ID} is settled as soon as a worker runs.\n` });
  await api.close();

  const message = `${ID} is executed: only what is unknown can be settled`;
  const refusing = await settling({ status: 409, body: { error: { code: 'not_unknown', message } } });
  const refused = await pmAgent(['settle', ID, '--done'], refusing);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(message);
});

test('settle without an action lists what is unknown', async () => {
  const item = {
    id: ID,
    kind: 'jira.comment',
    target: 'jira:PAY-1',
    endedAt: '2026-11-23T10:00:00.000Z',
    result: { message: 'not known (timeout)' },
  };
  const ran = await pmAgent(
    ['settle'],
    await apiThat({ 'GET /api/unsettled': { body: { count: 1, items: [item] } } }),
  );

  expect(ran.code).toBe(0);
  expect(ran.out).toContain('1 unknown, the oldest first:');
  expect(ran.out).toMatch(/cycle-1\.a1\s+jira\.comment\s+jira:PAY-1\s+.*not known \(timeout\)/);
});

test('settle says that nothing is unknown', async () => {
  const ran = await pmAgent(
    ['settle'],
    await apiThat({ 'GET /api/unsettled': { body: { count: 0, items: [] } } }),
  );

  expect(ran).toMatchObject({ code: 0, out: 'Nothing is unknown.\n' });
});
