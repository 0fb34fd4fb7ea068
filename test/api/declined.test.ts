/** What the model declined, over a real socket and from the real mirror. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cycleInput } from '../support/builders.js';
import { startTestApi, type TestApi } from './support/test-api.js';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

async function declined(cycleId: string, authors: readonly string[]): Promise<void> {
  await api.mirror.startCycle(cycleInput({ cycleId }), 'run-1');
  await api.mirror.recordDecision({
    cycleId,
    step: { name: 'decide', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} },
    decision: {},
    failure: 'the model declined to answer',
    declined: {
      subject: 'jira:PAY-1',
      model: 'claude-sonnet-5-5',
      authors: authors.map((id) => ({ id, name: 'A name' })),
      told: null,
    },
  });
}

async function ask(query = ''): Promise<{ readonly status: number; readonly body: any }> {
  const response = await fetch(`${api.url}/api/declined${query}`);
  return { status: response.status, body: await response.json() };
}
const gauge = async () => /^pm_agent_events_declined (\d+)$/m.exec(await api.metrics.text())?.[1];

test('lists each event once, with everybody who wrote it, counts by author, and is a metric', async () => {
  expect((await ask()).body).toMatchObject({ count: 0, items: [], authors: [] });
  await declined('cycle-jira-1', ['jira:mallory', 'jira:bo']);
  await declined('cycle-jira-2', ['jira:mallory']);

  const { body } = await ask();

  expect(body.count).toBe(2);
  expect(body.items.map(({ cycleId }: { cycleId: string }) => cycleId).toSorted()).toEqual([
    'cycle-jira-1',
    'cycle-jira-2',
  ]);
  const first = body.items.find(({ cycleId }: { cycleId: string }) => cycleId === 'cycle-jira-1');
  expect(first).toMatchObject({ subject: 'jira:PAY-1', model: 'claude-sonnet-5-5' });
  expect(first.authors.toSorted()).toEqual(['jira:bo', 'jira:mallory']);
  expect(body.authors).toEqual([
    { id: 'jira:mallory', name: 'A name', count: 2 },
    { id: 'jira:bo', name: 'A name', count: 1 },
  ]);
  expect(await gauge()).toBe('2');
});

test.each(['?days=0', '?days=401', '?days=x', '?day=1'])('refuses %s', async (query) => {
  expect((await ask(query)).status).toBe(400);
});
