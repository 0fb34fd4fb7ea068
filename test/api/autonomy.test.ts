/** Levels of autonomy over real sockets: who sees them, who may change them, and that a promotion has to be offered. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BUILT_IN_AUTONOMY, type LevelOrder } from '../../src/domain/autonomy.js';
import { comment } from '../support/builders.js';
import { storeCycle } from './support/stored-cycle.js';
import { startTestApi, type TestApi } from './support/test-api.js';
import { makeToken } from './support/tokens.js';

let api: TestApi;
let orders: LevelOrder[];
let answers: 'at once' | 'later';
beforeEach(async () => {
  orders = [];
  answers = 'at once';
  api = await startTestApi({
    config: ({ file }) => ({
      file: { ...file, autonomy: { ...BUILT_IN_AUTONOMY, default: 'approve', promoteAfter: 2 } },
    }),
    orderAutonomy: async (order) => {
      orders.push(order);
      return answers === 'later'
        ? null
        : { changed: await api.mirror.changeLevel(order, api.config.file.autonomy ?? BUILT_IN_AUTONOMY) };
    },
  });
});
afterEach(() => api.close());

async function ask(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as any };
}

const KEY = { kind: 'jira.comment', project: 'PAY' };

async function decided(status: 'approved' | 'rejected', verdict: 'auto' | 'ask' = 'auto'): Promise<void> {
  const { asked, approvalId, input } = await storeCycle(
    api,
    {},
    {
      action: comment,
      autonomy: { project: 'PAY', level: 'approve', verdict },
    },
  );
  const by = { id: 'lead-1', name: 'Ana', channel: 'api' } as const;
  const { actionId, hash } = asked;
  const words = { decidedBy: by, decidedAt: new Date().toISOString(), reason: null, note: null };
  const state = { approvalId, actionId, hash, status, ...words };
  await api.mirror.settleApproval({ cycleId: input.cycleId, state, actionStatus: status });
}

test('the list tells the level, where it comes from, what speaks for more, and what is offered', async () => {
  await decided('rejected');
  await decided('approved');
  await decided('approved');

  await expect(ask('GET', '/api/autonomy')).resolves.toMatchObject({
    status: 200,
    body: {
      items: [
        {
          ...KEY,
          level: 'approve',
          source: 'file',
          since: null,
          evidence: { clean: 2, rejected: 1, run: 2, needed: 2, lastBad: { what: 'rejected' } },
          offer: 'announce',
          history: [],
        },
      ],
    },
  });
});

test('what the policy asks about at every level is told as not counted, in the list and where a promotion is refused', async () => {
  await decided('approved', 'ask');
  await decided('approved', 'ask');

  const { body } = await ask('GET', '/api/autonomy');
  expect(body.items).toMatchObject([
    { evidence: { clean: 2, run: 0, notCounted: { asked: 2, final: 0 } }, offer: null },
  ]);
  expect(body.items[0].wayUp).toMatch(/there are 0\. 2 approved unchanged do not count: .*policy\.rules/);
  await expect(ask('POST', '/api/autonomy/promote', KEY)).resolves.toMatchObject({
    status: 409,
    body: { error: { code: 'not_offered', message: expect.stringContaining(body.items[0].wayUp) } },
  });
});

test('what is offered is taken by an admin, with the evidence; what is not, is not', async () => {
  await decided('approved');
  await expect(ask('POST', '/api/autonomy/promote', KEY)).resolves.toMatchObject({
    status: 409,
    body: {
      error: { code: 'not_offered', message: expect.stringMatching(/announce takes 2 .*; there are 1$/) },
    },
  });
  expect(orders).toEqual([]);

  await decided('approved');
  const taken = await ask('POST', '/api/autonomy/promote', { ...KEY, reason: 'two weeks without a word' });

  expect(taken).toMatchObject({
    status: 200,
    body: {
      level: 'announce',
      source: 'mirror',
      offer: null,
      evidence: { clean: 0, run: 0 },
      history: [
        {
          was: 'approve',
          level: 'announce',
          by: 'local',
          why: 'two weeks without a word',
          evidence: { run: 2 },
        },
      ],
    },
  });
  await expect(ask('POST', '/api/autonomy/promote', KEY)).resolves.toMatchObject({
    status: 409,
    body: { error: { code: 'highest_level' } },
  });
});

test('an admin takes away without evidence, down to the lowest', async () => {
  for (const level of ['propose', 'observe']) {
    await expect(ask('POST', '/api/autonomy/demote', KEY)).resolves.toMatchObject({
      status: 200,
      body: { level },
    });
  }
  await expect(ask('POST', '/api/autonomy/demote', KEY)).resolves.toMatchObject({
    status: 409,
    body: { error: { code: 'lowest_level' } },
  });
});

test('an order names the level that holds now, and one that no worker answered is recorded', async () => {
  await decided('approved');
  await decided('approved');
  await api.mirror.changeLevel(
    {
      id: '1',
      ...KEY,
      kind: 'jira.comment',
      from: 'approve',
      to: 'propose',
      by: { id: 'a', name: 'a' },
      actor: 'cli:a',
      why: '',
      evidence: {},
    },
    { ...BUILT_IN_AUTONOMY, default: 'approve' },
  );
  answers = 'later';

  await expect(ask('POST', '/api/autonomy/demote', KEY)).resolves.toEqual({
    status: 202,
    body: { status: 'recorded' },
  });
  expect(orders).toMatchObject([{ from: 'propose', to: 'observe' }]);
});

test('everybody may look, only an admin may change, and only kinds that exist', async () => {
  const decider = makeToken(api.config, { scope: 'decide' });
  const admin = makeToken(api.config, { scope: 'admin', name: 'Ana' });

  await expect(ask('GET', '/api/autonomy', undefined, decider.bearer)).resolves.toMatchObject({
    status: 200,
  });
  await expect(ask('POST', '/api/autonomy/demote', KEY, decider.bearer)).resolves.toMatchObject({
    status: 403,
  });
  await expect(
    ask('POST', '/api/autonomy/demote', { kind: 'jira.delete' }, admin.bearer),
  ).resolves.toMatchObject({
    status: 400,
  });
  await expect(ask('POST', '/api/autonomy/demote', KEY, admin.bearer)).resolves.toMatchObject({
    status: 200,
  });
});
