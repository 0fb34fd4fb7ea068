import { afterEach, expect, test } from '@jest/globals';
import { type FakeServer, fakeServer, pmAgent } from './support.js';

let api: FakeServer;
afterEach(() => api.close());

const BODY = {
  since: '2026-11-16T10:00:00.000Z',
  count: 1,
  items: [
    {
      cycleId: 'cycle-jira-1',
      subject: 'jira:PAY-1',
      eventType: 'comment_created',
      title: 'PAY-1 Checkout \u001b[31mfails',
      model: 'claude-sonnet-5-5',
      authors: ['jira:mallory'],
      declinedAt: '2026-11-23T10:00:00.000Z',
    },
  ],
  authors: [{ id: 'jira:mallory', name: 'Mal\u202elory', count: 3 }],
};

async function run(body: unknown, ...args: readonly string[]) {
  api = await fakeServer({ 'GET /api/declined': { body } });
  return pmAgent(['declined', ...args], { PM_AGENT_URL: api.url });
}

test('lists what waits for a person to look, and how often by author, without what steers a terminal', async () => {
  const ran = await run(BODY, '--days', '7');

  expect(ran.code).toBe(0);
  expect(ran.out).toContain('1 without a decision since 2026-11-16 10:00:00 UTC');
  expect(ran.out).toMatch(/cycle-jira-1 +2026-11-23 10:00:00 +jira:PAY-1 +comment_created +jira:mallory/);
  expect(ran.out).toMatch(/jira:mallory +Mal lory +3\n/);
  expect(['\u001b', '\u202e'].filter((one) => ran.out.includes(one))).toEqual([]);
});

test.each([
  [{ ...BODY, count: 0, items: [] }, 'All of it was answered by a later look.\n'],
  [
    { ...BODY, count: 0, items: [], authors: [] },
    'The model declined nothing since 2026-11-16 10:00:00 UTC.\n',
  ],
])('says that nothing waits', async (body, words) => {
  expect((await run(body)).out).toContain(words);
});
