/** What was proposed in shadow beside what people did, over a real inbox and a real mirror; and how the command tells it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Action } from '../../src/domain/action.js';
import { pmAgent } from '../cli/support.js';
import { comment, commentEvent, cycleInput, planned, transition } from '../support/builders.js';
import { commentCreated, jiraBody, jiraComment, jiraIssue } from './support/bodies.js';
import { ask, jiraHeaders, post } from './support/sending.js';
import { startTestApi, type TestApi } from './support/test-api.js';

let api: TestApi;
let proposedAt: string;
const STEP = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;

/** A proposal on PAY-1 that never left: observed, simulated, or carried out after all. */
async function propose(action: Action, how: 'observed' | 'simulated' | 'executed'): Promise<string> {
  const cycle = cycleInput({ event: commentEvent() });
  const { cycleId } = cycle;
  const observed = {
    verdict: 'never',
    autonomy: { project: 'PAY', level: 'observe', verdict: 'ask' },
  } as const;
  const one = planned(cycleId, 1, action, how === 'observed' ? observed : { verdict: 'auto' });
  await api.mirror.startCycle(cycle, 'run-1');
  await api.mirror.recordPlan({ cycleId, step: STEP, actions: [one] });
  if (how !== 'observed') {
    await api.mirror.recordResult({
      cycleId,
      actionId: one.actionId,
      result: { status: how, remoteId: null, message: how },
      step: { ...STEP, name: 'execute' },
    });
  }
  return one.actionId;
}

async function deliver(body: object): Promise<string> {
  const sent = JSON.stringify(body);
  return (await post(`${api.url}/webhooks/jira`, sent, jiraHeaders(sent))).body.eventId;
}

const issue = jiraIssue({ key: 'PAY-1', id: '10001' });
const moved = (to: string, user: object) =>
  jiraBody('jira:issue_updated', {
    timestamp: Date.parse(proposedAt) + 60_000,
    issue,
    user,
    changelog: { id: String(Math.floor(Math.random() * 1e9)), items: [{ field: 'status', toString: to }] },
  });

beforeAll(async () => {
  api = await startTestApi();
  const actionId = await propose(transition, 'observed');
  await propose(comment, 'simulated');
  await propose(comment, 'executed');
  proposedAt = api.reader.getAction(actionId)?.proposed_at ?? '';
});
afterAll(() => api.close());

test('it compares by kind and counts only what people did, not bots and not the agent itself', async () => {
  await api.mirror.recordAccount('jira', '712020:agent', 'PM Agent');
  await deliver(
    moved('In Review', { accountId: '712020:agent', displayName: 'PM Agent', accountType: 'app' }),
  );
  await deliver(moved('In Review', { accountId: '712020:bot', displayName: 'Bot', accountType: 'app' }));
  const before = await ask(`${api.url}/api/shadow?since=2026-11-01`);
  const byPerson = await deliver(
    moved('In Review', { accountId: '712020:ana', displayName: 'Ana Lindqvist', accountType: 'atlassian' }),
  );

  const { body } = await ask(`${api.url}/api/shadow?since=2026-11-01`);

  expect(before.body.kinds['jira.transition'].same).toBe(0);
  expect(body.kinds['jira.transition']).toMatchObject({ same: 1, other: 0, nothing: 0 });
  expect(Object.keys(body.kinds).sort()).toEqual(['jira.comment', 'jira.transition']);
  expect(body.items).toHaveLength(2);
  expect(body.items).toContainEqual(
    expect.objectContaining({
      kind: 'jira.transition',
      target: 'jira:PAY-1',
      verdict: 'ask',
      agreement: 'same',
      eventId: byPerson,
    }),
  );
});

test('the command tells counts and agreement, and each proposal where all are wanted', async () => {
  await deliver(
    commentCreated({
      timestamp: Date.parse(proposedAt) + 120_000,
      comment: jiraComment({ id: '4711', body: 'It is with me.' }),
      issue,
    }),
  );

  const told = await pmAgent(['shadow', '--since', '2026-11-01'], { PM_AGENT_URL: api.url });
  const all = await pmAgent(['shadow', '--since', '2026-11-01', '--all'], { PM_AGENT_URL: api.url });

  expect(told.code).toBe(0);
  expect(told.out).toMatch(/jira\.transition +1 +0 +0 +0 +0 +100 % of 1/);
  expect(told.out).toMatch(/jira\.comment +1 +0 +0 +0 +0 +100 % of 1/);
  expect(told.out).not.toContain('POLICY');
  expect(all.out).toMatch(/\.a1 +jira\.transition +jira:PAY-1 .* ask +same +evt_/);
});

test('what does not fit is refused, and nothing in shadow is said so', async () => {
  expect((await ask(`${api.url}/api/shadow?windowDays=31`)).status).toBe(400);
  expect((await ask(`${api.url}/api/shadow?since=yesterday`)).status).toBe(400);
  const { out } = await pmAgent(['shadow', '--since', '2099-01-01'], { PM_AGENT_URL: api.url });
  expect(out).toContain('Nothing was proposed in shadow since 2099-01-01');
});
