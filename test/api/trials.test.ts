import { afterEach, expect, test } from '@jest/globals';
import { trialListShape, trialShape } from '../../src/api/views/trial-view.js';
import type { TrialInput, TrialSide } from '../../src/domain/trial.js';
import { ask, post } from './support/sending.js';
import { startTestApi, type TestApi } from './support/test-api.js';
import { makeToken } from './support/tokens.js';

let api: TestApi;
let begun: TrialInput[];
afterEach(() => api.close());

async function started(): Promise<void> {
  begun = [];
  api = await startTestApi({
    startTrial: async (input) => {
      begun.push(input);
    },
  });
}

const json = { 'content-type': 'application/json' };
const side = (costUsd: number, verdict: 'auto' | 'ask', refusal: string | null = null): TrialSide => ({
  summary: 'Answers.',
  proposals: [
    {
      kind: 'jira.comment',
      target: 'jira:PAY-1',
      payload: {},
      verdict,
      rule: 'default',
      risk: 'G2',
      refusal,
    },
  ],
  failure: null,
  model: 'claude-sonnet-5-5',
  prompt: 'comment 3.1',
  calls: 1,
  costUsd,
});

test('a trial is begun with what was asked for, and with defaults for the rest', async () => {
  await started();

  const plain = await post(`${api.url}/api/trials`, JSON.stringify({ kind: 'eval' }), json);
  const full = await post(
    `${api.url}/api/trials`,
    JSON.stringify({
      kind: 'replay',
      last: 5,
      model: 'claude-opus-5-5',
      prompt: { name: 'terse', role: 'Be terse.', tasks: { question: 'Answer.' } },
    }),
    json,
  );

  expect([plain.status, full.status]).toEqual([202, 202]);
  expect(begun).toEqual([
    {
      trialId: plain.body.id,
      kind: 'eval',
      askedBy: 'local',
      model: null,
      prompt: null,
      last: 50,
      families: [],
    },
    {
      trialId: full.body.id,
      kind: 'replay',
      askedBy: 'local',
      model: 'claude-opus-5-5',
      prompt: { name: 'terse', role: 'Be terse.', tasks: { question: 'Answer.' } },
      last: 5,
      families: [],
    },
  ]);
});

test.each([
  [{ kind: 'guess' }, 'kind'],
  [{ kind: 'replay', last: 501 }, 'last'],
  [{ kind: 'replay', write: true }, 'write'],
  [{ kind: 'eval', prompt: { name: 'x', role: '' } }, 'prompt.role'],
])('what nobody can mean is refused by its field: %j', async (body, field) => {
  await started();

  const answer = await post(`${api.url}/api/trials`, JSON.stringify(body), json);

  expect(answer.status).toBe(400);
  expect(answer.body.error.message).toContain(field);
  expect(begun).toEqual([]);
});

test('only an admin may begin one: it costs money', async () => {
  await started();
  const { bearer } = makeToken(api.config, { scope: 'decide' });

  const refused = await post(`${api.url}/api/trials`, JSON.stringify({ kind: 'eval' }), {
    ...json,
    ...bearer,
  });

  expect(refused.status).toBe(403);
  expect(begun).toEqual([]);
});

test('a replay is told with its totals, before and after', async () => {
  await started();
  const { trials } = api.mirror;
  await trials.begin({
    trialId: 'replay-1',
    kind: 'replay',
    askedBy: 'local',
    model: 'claude-opus-5-5',
    promptName: 'terse',
    promptHash: 'abc',
    standIn: false,
    cases: ['c1', 'c2', 'c3', 'c4'],
  });
  const result = {
    kind: 'replay',
    title: 'PAY-1',
    subject: 'jira:PAY-1',
    eventType: 'comment_created',
  } as const;
  const none = { why: null, before: side(0.01, 'auto'), after: side(0.02, 'ask') };
  const skip = { to: 'skip', by: 'model', why: 'Thanks.' } as const;
  await trials.recordResult('replay-1', {
    ...result,
    ...none,
    after: { ...none.after, route: skip },
    caseId: 'c1',
    change: 'changed',
  });
  await trials.recordResult('replay-1', {
    ...result,
    ...none,
    caseId: 'c2',
    after: side(0.02, 'auto', 'not its business'),
    change: 'same',
  });
  await trials.recordResult('replay-1', { ...result, ...none, caseId: 'c3', change: null });
  await trials.recordResult('replay-1', {
    ...result,
    caseId: 'c4',
    why: 'its event was erased',
    before: null,
    after: null,
    change: null,
  });

  const { status, body } = await ask(`${api.url}/api/trials/replay-1`);

  expect(status).toBe(200);
  expect(trialShape.safeParse(body).error).toBeUndefined();
  expect(body).toMatchObject({
    status: 'running',
    standIn: false,
    note: null,
    done: 4,
    prompt: { name: 'terse', hash: 'abc' },
    report: {
      cycles: 4,
      compared: 2,
      counts: { same: 1, reworded: 0, changed: 1 },
      undecided: 1,
      leftOut: 1,
      changed: 0.5,
      nowDecided: 0,
      nowSkipped: 1,
      before: { skipped: 0, costUsd: 0.03, calls: 3, policy: { auto: 3, ask: 0, never: 0, refused: 0 } },
      after: { skipped: 1, costUsd: 0.06, calls: 3, policy: { auto: 0, ask: 2, never: 0, refused: 1 } },
    },
  });
});

test('scores of the stand-in are told as what they are', async () => {
  await started();
  const { trials } = api.mirror;
  await trials.begin({
    trialId: 'eval-1',
    kind: 'eval',
    askedBy: 'local',
    model: 'claude-sonnet-5-5',
    promptName: null,
    promptHash: null,
    standIn: true,
    cases: ['red-main'],
  });
  await trials.recordResult('eval-1', {
    kind: 'eval',
    caseId: 'red-main',
    title: 'The build of the main branch failed',
    family: 'builds',
    why: null,
    side: side(0, 'ask'),
    grade: { verdict: 'pass', problems: [] },
  });
  await trials.end('eval-1', null);

  const one = await ask(`${api.url}/api/trials/eval-1`);
  const list = await ask(`${api.url}/api/trials`);

  expect(trialShape.safeParse(one.body).error).toBeUndefined();
  expect(trialListShape.safeParse(list.body).error).toBeUndefined();
  expect(one.body).toMatchObject({
    status: 'done',
    standIn: true,
    note: expect.stringContaining('say nothing about quality'),
    report: { total: { scenarios: 1, score: 1 }, families: { builds: { counts: { pass: 1 } } } },
  });
  expect(list.body.items).toMatchObject([{ id: 'eval-1', note: expect.stringContaining('not Claude') }]);
});

test('one that nobody knows is 404', async () => {
  await started();

  expect((await ask(`${api.url}/api/trials/eval-9`)).status).toBe(404);
});

test.each([
  [
    { kind: 'eval', families: ['nothing-like-it'] },
    /^there is no family called nothing-like-it; there are \w/,
  ],
  [
    { kind: 'replay', prompt: { name: 'words', tasks: { comment: 'Answer.' } } },
    /^there is no prompt called comment; there are .*\bquestion\b/,
  ],
])('what nobody knows by that name is refused with those that there are: %j', async (wanted, says) => {
  await started();

  const { status, body } = await post(`${api.url}/api/trials`, JSON.stringify(wanted), json);

  expect([status, body.error]).toEqual([400, { code: 'bad_request', message: expect.stringMatching(says) }]);
  expect(begun).toEqual([]);
});
