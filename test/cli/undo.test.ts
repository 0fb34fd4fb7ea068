import { afterEach, expect, test } from '@jest/globals';
import { type FakeServer, fakeServer, pmAgent } from './support.js';

let api: FakeServer;
afterEach(() => api.close());

async function apiThat(answer: { readonly status?: number; readonly body: unknown }) {
  api = await fakeServer({ 'POST /api/actions/cycle-1.a1/undo': answer });
  return { PM_AGENT_URL: api.url };
}

test('undo says what was taken back', async () => {
  const env = await apiThat({ body: { id: 'cycle-1.a1', kind: 'jira.assign', target: 'jira:PAY-5' } });

  const ran = await pmAgent(['undo', 'cycle-1.a1'], env);

  expect(ran).toMatchObject({ code: 0, out: 'Undone: jira.assign on jira:PAY-5\n' });
});

test('undo tells that no worker has answered yet', async () => {
  const ran = await pmAgent(
    ['undo', 'cycle-1.a1'],
    await apiThat({ status: 202, body: { status: 'recorded' } }),
  );

  expect(ran.code).toBe(0);
  expect(ran.out).toContain('Recorded: cycle-1.a1 is taken back as soon as a worker runs');
});

test('undo shows what a person changed since, and fails', async () => {
  const error = { code: 'changed_since', message: 'PAY-5 was changed since (changed by Ana)' };

  const ran = await pmAgent(['undo', 'cycle-1.a1'], await apiThat({ status: 409, body: { error } }));

  expect(ran.code).toBe(1);
  expect(ran.err).toContain('PAY-5 was changed since (changed by Ana) (409)');
});

test('undo prints the answer as JSON for programs', async () => {
  const body = { id: 'cycle-1.a1', status: 'undone' };

  const ran = await pmAgent(['undo', 'cycle-1.a1', '--json'], await apiThat({ body }));

  expect(JSON.parse(ran.out)).toEqual(body);
});

test('undo says what a person has to see to', async () => {
  const remark = 'Its resolution still is Done and was empty before. Set it by hand';
  const done = { id: 'cycle-1.a1', kind: 'jira.transition', target: 'jira:PAY-5', remark };

  const ran = await pmAgent(['undo', 'cycle-1.a1'], await apiThat({ body: done }));

  expect(ran.out).toBe(`Undone: jira.transition on jira:PAY-5\n${remark}.\n`);
});
