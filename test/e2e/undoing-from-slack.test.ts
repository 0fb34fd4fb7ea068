/** What went without asking, taken back by its button in Slack, with everything real but the vendors. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Stack, startStack } from '../support/stack.js';

const CONFIG = `
people:
  - { id: lead-1, name: Ana Lindqvist, slack: U0ANA, roles: [lead] }
  - { id: dev-1, name: Bo Chen, slack: U0BO }
teams:
  - { id: payments, members: [lead-1, dev-1], jira: { projects: [PAY] }, slack: { channel: C0PAY } }
policy:
  default: ask
  rules:
    - { name: answers, when: { action: jira.comment }, verdict: auto, approvers: { roles: [lead] } }
autonomy: { default: announce, floor: announce }
`;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ config: CONFIG });
}, 120_000);
afterAll(() => stack?.dispose());

async function get(url: string): Promise<any> {
  const answer = await fetch(url, { headers: { authorization: 'Bearer any' } });
  expect(answer.status).toBe(200);
  return answer.json();
}

async function page(form: string, fields: Record<string, string>): Promise<void> {
  const answer = await fetch(`${stack.sandbox}/_page/${form}`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(fields),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
}

async function announcement(words: RegExp): Promise<any> {
  return eventually(async () => {
    const { slack } = await get(`${stack.sandbox}/_state`);
    const found = slack.message.find(({ blocks }: any) => words.test(JSON.stringify(blocks)));
    expect(found).toBeDefined();
    return found;
  }, 30_000);
}

async function whisperTo(user: string, words: RegExp): Promise<void> {
  await eventually(async () => {
    const { slack } = await get(`${stack.sandbox}/_state`);
    const mine = (slack.ephemeral ?? []).filter((one: any) => one.user === user);
    expect(mine.map(({ text }: any) => text).join('\n')).toMatch(words);
  }, 30_000);
}

async function commentsOn(key: string): Promise<readonly string[]> {
  const { comments } = await get(`${stack.sandbox}/jira/rest/api/2/issue/${key}/comment?maxResults=100`);
  return comments.map(({ id }: any) => id);
}

test('an answer is announced with its button, refused to whom the rule does not name, and taken back once', async () => {
  await page('jira', {
    issue: 'PAY-2',
    by: '712020:b0c40000-0000-4000-8000-000000000002',
    text: '@PM Agent what is the status of this?',
  });
  const { channel, ts, blocks } = await announcement(/Comment on PAY-2: done without asking/);
  const button = blocks
    .flatMap(({ elements = [] }: any) => elements)
    .find((one: any) => one.type === 'button');
  const { remoteId } = await get(`${stack.api}/api/actions/${encodeURIComponent(button.value)}`);
  const press = (by: string) => page('slack-click', { channel, ts, by, actionId: button.action_id });
  expect(await commentsOn('PAY-2')).toContain(remoteId);

  await press('U0BO');
  await whisperTo('U0BO', /^Bo Chen may not take it back: .*only Ana Lindqvist/);
  await press('U0EVA');
  await whisperTo('U0EVA', /not allowed to take this back: .*belongs to nobody/);
  expect(await commentsOn('PAY-2')).toContain(remoteId);

  await press('U0ANA');
  await press('U0ANA').catch(() => undefined);
  await whisperTo('U0ANA', /Taken back/);
  expect(await commentsOn('PAY-2')).not.toContain(remoteId);
  const after = await announcement(/Taken back\* by Ana Lindqvist in Slack/);
  expect([after.channel, after.ts]).toEqual([channel, ts]);
  expect(JSON.stringify(after.blocks)).not.toContain('pm_agent_undo');
  const cycleId = button.value.replace(/\.a\d+$/, '');
  const { items } = await get(`${stack.api}/api/cycles/${encodeURIComponent(cycleId)}/audit`);
  expect(items.filter(({ kind }: any) => kind === 'undo.asked')).toMatchObject([{ actor: 'lead-1' }]);
  await eventually(async () => {
    const entries = (await get(`${stack.api}/api/cycles/${encodeURIComponent(cycleId)}/audit`)).items;
    const refused = entries.filter(({ kind }: any) => kind === 'undo.refused').map(({ actor }: any) => actor);
    expect(refused.sort()).toEqual(['slack:U0EVA', 'slack:dev-1']);
  });
}, 90_000);
