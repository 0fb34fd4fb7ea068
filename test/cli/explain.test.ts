/** `explain` against a real API: from any id that a person comes across back to what led to it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { explanationShape } from '../../src/api/views/explanation-view.js';
import type { Judgement } from '../../src/domain/policy.js';
import { commentCreated, jiraComment, jiraIssue } from '../api/support/bodies.js';
import { ask, jiraHeaders, post } from '../api/support/sending.js';
import { type StoredCycle, storeCycle } from '../api/support/stored-cycle.js';
import { startTestApi, type TestApi } from '../api/support/test-api.js';
import { commentEvent, cycleInput, planned } from '../support/builders.js';
import { pmAgent } from './support.js';

/** What the vendor called the comment that the stored cycle made. */
const COMMENT_ID = '30001';
const TERMINAL_RED = '\u001b[31m';

let api: TestApi;
let stored: StoredCycle;
let queued: { eventId: string; cycleId: string };

beforeAll(async () => {
  api = await startTestApi();
  const sent = JSON.stringify(
    commentCreated({
      comment: jiraComment({ id: '78', body: `@PM Agent why${TERMINAL_RED}?` }),
      issue: jiraIssue({ key: 'SHOP-6', id: '506' }),
    }),
  );
  queued = (await post(`${api.url}/webhooks/jira`, sent, jiraHeaders(sent))).body;
  stored = await storeCycle(api, { eventId: queued.eventId });
});
afterAll(() => api.close());

const explain = (id: string, ...options: string[]) =>
  pmAgent(['explain', id, ...options], { PM_AGENT_URL: api.url });

test('a comment is explained by its own id: rule, event, model, request, cost, where to follow it', async () => {
  const { code, out } = await explain(COMMENT_ID);

  expect(code).toBe(0);
  expect(out).toContain(`jira.comment on jira:PAY-1: executed  (${stored.made.actionId})`);
  expect(out).toContain('by rule      "answer questions": auto');
  expect(out).toContain('approval     none was asked for');
  expect(out).toContain('request      POST /rest/api/3/issue/PAY-1/comment {"n":1}');
  expect(out).toContain(`answer       commented; the vendor's id is ${COMMENT_ID}`);
  expect(out).toContain(`received 2026-11-23 10:00:01 UTC (${queued.eventId})`);
  expect(out).toMatch(/claude-sonnet-5-5, prompt answer-question 1 \(sha256 [0-9a-f]{12} → [0-9a-f]{12}\)/);
  expect(out).toMatch(/issue +jira:rest +2026-11-23 10:00:00 +abc012345678 +Checkout fails on Safari/);
  expect(out).toContain('100 tokens in, 20 out, $0.0125');
  expect(out).toContain('1 more was void: it names nothing that was read');
  expect(out).toContain('would change its mind: a second report');
  expect(out).toContain(`npx pm-agent show ${stored.input.cycleId}`);
  expect(out).toContain('/namespaces/default/workflows/');
  expect(out).not.toContain('jira.transition');
});

test("what people said is quoted, and cannot steer a person's terminal", async () => {
  const { out } = await explain(COMMENT_ID);

  expect(out).toContain('"@PM Agent why [31m?"');
  expect(out).not.toContain('\u001b');
});

test('policy explain tells by which rules an action was judged, and says so where none was asked', async () => {
  const { asked, made } = stored;
  const question = {
    action: 'jira.transition',
    event: 'comment_created',
    project: 'PAY',
    to: 'Done',
  } as const;
  await api.mirror.recordPlan({
    cycleId: stored.input.cycleId,
    step: { name: 'plan', attempt: 2, startedAt: '2026-11-23T10:00:03.000Z', detail: {} },
    actions: [asked],
    judgements: [
      {
        actionId: asked.actionId,
        judgement: {
          question,
          trace: [
            { rule: 'hands off HR', fired: false, why: ['project is PAY, not HR'] },
            { rule: 'default', fired: true, why: [] },
          ],
          further: [
            {
              question: { ...question, event: 'issue_updated', actor: ['lead-1'] },
              trace: [{ rule: 'changes', fired: true, why: [] }],
            },
          ],
        },
      },
    ],
  });
  const policyExplain = (id: string) => pmAgent(['policy', 'explain', id], { PM_AGENT_URL: api.url });

  const { code, out } = await policyExplain(asked.actionId);

  expect(code).toBe(0);
  expect(out).toContain('ask, by the rule "default" (policy version test, judged ');
  expect(out).toContain('1. "hands off HR" does not: project is PAY, not HR');
  expect(out).toContain('2. "default" fires');
  expect(out).toContain('\n\n  asked too: after issue_updated, caused by lead-1\n  1. "changes" fires\n');
  expect(out).toContain('  who may approve: any operator\n  how many:        one\n');
  expect(out).toContain('  if nobody decides by 2126-11-24 10:00:00 UTC: nothing is sent\n');
  expect(await policyExplain(made.actionId)).toMatchObject({
    code: 1,
    err: expect.stringContaining('no rule was asked about'),
  });
});

test.each([
  ['an action', () => stored.asked.actionId, 'jira.transition on jira:PAY-1: awaiting_approval'],
  ['an approval', () => stored.approvalId, 'jira.transition on jira:PAY-1: awaiting_approval'],
  ['a cycle', () => stored.input.cycleId, 'jira.comment on jira:PAY-1: executed'],
  ['an event', () => queued.eventId, 'Nothing was done'],
  ['a cycle that no worker has yet', () => queued.cycleId, 'Nothing was done'],
])('%s is explained by its id', async (_name, id, said) => {
  const { code, out } = await explain(id());

  expect(code).toBe(0);
  expect(out).toContain(said);
});

describe('a message about a request', () => {
  const CARD = '1796088045.465000';
  const LINK = 'https://acme.slack.com/archives/C0PAY/p1796088045465000';

  beforeAll(async () => {
    const deadline = '2126-11-24T10:00:00.000Z';
    await api.mirror.openApprovals({
      cycleId: stored.input.cycleId,
      requests: [{ approvalId: 'shown-in-slack', planned: stored.asked, deadline }],
      placesOf: () => ({ places: ['C0PAY'], hasLongWords: false }),
    });
    const [card] = await api.mirror.cards.due('2126-01-01T00:00:00.000Z', 1);
    await api.mirror.cards.shown(card!.id, { channel: 'C0PAY', ts: CARD, version: 1 });
  });

  test.each([
    ['ts', CARD],
    ['link', LINK],
  ])('leads to what it asks about, by its %s', async (_name, id) => {
    const { code, out } = await explain(id);

    expect(code).toBe(0);
    expect(out).toContain('jira.transition on jira:PAY-1: awaiting_approval');
  });
});

test("the stand-in's calls are told as such: no money was spent", async () => {
  const { out } = await explain(COMMENT_ID);

  expect(out).toContain('Thought by (a stand-in, not Claude: no money was spent)\n');
});

test('one that waits for a person says until when', async () => {
  const { out } = await explain(stored.approvalId);

  expect(out).toContain(
    `approval     pending, ${stored.approvalId}, if nobody decides by 2126-11-24 10:00:00 UTC: nothing is sent`,
  );
});

test('with --json it is the answer of the API, in its documented shape', async () => {
  const { out } = await explain(COMMENT_ID, '--json');
  const answer = await ask(`${api.url}/api/explanations/${COMMENT_ID}`);

  expect(JSON.parse(out)).toEqual(answer.body);
  expect(explanationShape.safeParse(answer.body).error).toBeUndefined();
  expect(answer.body).toMatchObject({ actionId: stored.made.actionId, event: { id: queued.eventId } });
});

test('an id of nothing is one line that says what may be given', async () => {
  const { code, err } = await explain('99999');

  expect(code).toBe(1);
  expect(err).toContain('99999 (as a comment, message, action, approval, event or cycle of the agent)');
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('an id that vendors gave twice names the actions to choose from', async () => {
  const other = await storeCycle(api, { event: commentEvent({ subject: 'jira:PAY-3', tenant: 'acme' }) });
  const { code, err } = await explain(COMMENT_ID);

  expect(code).toBe(1);
  expect(err).toContain(`${stored.made.actionId} (on jira:PAY-1), ${other.made.actionId} (on jira:PAY-1)`);
});

test('a status note is explained by the action that wrote it last, with what was taken out of its words', async () => {
  const wrote = [];
  const before = Array.from({ length: 24 }, () => []);
  for (const takenOut of [...before, ['a mention of U0LEAD', 'a link to evil.example']]) {
    const cycle = cycleInput({ event: commentEvent({ subject: 'jira:PAY-4', tenant: 'acme' }) });
    const { cycleId } = cycle;
    const note = { issueKey: 'PAY-4', as: 'status_note', body: 'Waits for Bo.' } as const;
    const one = planned(cycleId, 1, { kind: 'jira.comment', payload: note }, { verdict: 'auto', takenOut });
    const step = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
    await api.mirror.startCycle(cycle, 'run-1');
    await api.mirror.recordPlan({ cycleId, step, actions: [one] });
    const result = { status: 'executed', remoteId: '40004', message: 'done' } as const;
    const { actionId } = one;
    await api.mirror.recordResult({ cycleId, actionId, result, step: { ...step, name: 'execute' } });
    wrote.push(actionId);
  }

  const { code, out } = await explain('40004');

  expect(code).toBe(0);
  expect(out).toContain(`(${wrote.at(-1)})`);
  expect(out).toContain('taken out    a mention of U0LEAD, a link to evil.example');
  expect((await explain(String(wrote[0]))).out).not.toContain('taken out');
});

test('what was decided earlier is told as the model had it, also where no reason names it', async () => {
  const cycle = cycleInput({ event: commentEvent({ subject: 'jira:PAY-5', tenant: 'acme' }) });
  const { cycleId } = cycle;
  const earlier = {
    id: 'earlier',
    kind: 'earlier',
    source: 'pm-agent',
    fetchedAt: '2026-11-23T10:00:00.500Z',
    hash: 'def0123456789abc',
    data: {
      subject: 'jira:PAY-4',
      actions: [
        {
          kind: 'jira.comment',
          status: 'rejected',
          decidedBy: 'Lea',
          reason: 'we answer customers ourselves',
        },
      ],
    },
  };
  const contextHash = await api.mirror.putBlob(
    'context',
    JSON.stringify({ facts: {}, items: [earlier], omitted: [] }),
  );
  await api.mirror.startCycle(cycle, 'run-1');
  await api.mirror.recordGathered({
    cycleId,
    step: { name: 'gather', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} },
    title: 'PAY-5',
    contextHash,
    sources: [earlier],
    nothingToDo: null,
  });

  const { out } = await explain(cycleId);

  expect(out).toMatch(
    /Was told of earlier\n.*\n +earlier +def012345678 +jira:PAY-4 +jira.comment rejected by Lea: "we answer customers ourselves"/,
  );
});

describe('a decision that took several turns', () => {
  const cycle = cycleInput({ event: commentEvent({ subject: 'jira:PAY-6', tenant: 'acme' }) });
  const { cycleId } = cycle;
  const step = { name: 'decide', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
  const call = (id: string, purpose: string, model: string, request: unknown, cacheReadTokens: number) =>
    api.mirror.recordModelCall({
      id: `${cycleId}.${id}`,
      cycleId,
      purpose,
      model,
      promptId: purpose === 'triage' ? 'triage' : 'question',
      promptVersion: '8.1',
      request,
      reply: { content: [{ type: 'text', text: id }] },
      stopReason: purpose === 'decide' ? 'tool_use' : 'end_turn',
      usage: { inputTokens: 100, outputTokens: 20, cacheReadTokens, cacheWriteTokens: 7 },
      costUsd: 0.01,
      costIsEstimate: id.startsWith('r1'),
      priceDate: null,
      requestId: null,
      startedAt: '2026-11-23T10:00:01.000Z',
      endedAt: '2026-11-23T10:00:02.000Z',
      error: null,
    });
  let answerHash = '';

  beforeAll(async () => {
    const { mirror } = api;
    await mirror.startCycle(cycle, 'run-1');
    await call('triage.abc', 'triage', 'claude-haiku-5-5', { messages: ['triage'] }, 0);
    await call('t1.abc', 'decide', 'claude-sonnet-5-5', { messages: ['first'] }, 4_000);
    answerHash = await mirror.putBlob('tool', '{"tool":"read_issue","items":[]}');
    await mirror.recordToolUse({
      cycleId,
      step,
      place: 't1.1',
      tool: 'read_issue',
      input: { key: 'PAY-2' },
      answerHash,
      refused: null,
      sources: [{ id: 't1.1:issue-PAY-2', source: 'jira:rest', hash: 'abc' }],
    });
    await call('t2.def', 'go on', 'claude-sonnet-5-5', { messages: ['second'] }, 5_000);
    await call('r1t1.abc', 'decide', 'claude-sonnet-5-5', { messages: ['again'] }, 0);
    await mirror.recordToolUse({
      cycleId,
      step,
      place: 'r1t1.1',
      tool: 'read_issue',
      input: { key: 'PAY-4' },
      answerHash,
      refused: null,
      sources: [],
    });
  });

  test.each(['explain', 'show'])(
    'is told turn by turn by %s, with stage, model, tokens, cost and what was read',
    async (command) => {
      const { out } = await pmAgent([command, cycleId], { PM_AGENT_URL: api.url });

      const told = out
        .split('\n')
        .filter((line) => /sha256 .* (?:→|\))|tokens in/.test(line) || line.includes('read_issue'));
      expect(told.map((line) => line.trim())).toEqual([
        expect.stringMatching(
          /^triage: claude-haiku-5-5, prompt triage 8\.1 \(sha256 [0-9a-f]{12} → [0-9a-f]{12}\); 100 tokens in \+ 7 into it, 20 out, \$0\.0100; ended as end_turn$/,
        ),
        expect.stringMatching(
          /^turn 1 \(decision\): claude-sonnet-5-5, prompt question 8\.1 .*; 100 tokens in \+ 4000 from the cache \+ 7 into it, 20 out, \$0\.0100; ended as tool_use$/,
        ),
        `t1.1 read_issue {"key":"PAY-2"}: 1 items (sha256 ${answerHash.slice(0, 12)})`,
        expect.stringMatching(/^turn 2 \(decision\): claude-sonnet-5-5, .* ended as end_turn$/),
        expect.stringMatching(
          /^later look 1, turn 1 \(decision\): claude-sonnet-5-5, .*, \$0\.0100 at the most; ended as tool_use$/,
        ),
        `r1t1.1 read_issue {"key":"PAY-4"}: 0 items (sha256 ${answerHash.slice(0, 12)})`,
      ]);
    },
  );

  test('gives out what was sent and what a tool answered by the beginning of its hash', async () => {
    const { body } = await ask(`${api.url}/api/cycles/${cycleId}`);
    const first = body.modelCalls.find(({ turn }: { turn: number | null }) => turn === 1);
    const blob = (beginning: string) =>
      pmAgent(['show', cycleId, '--blob', beginning], { PM_AGENT_URL: api.url });

    expect(JSON.parse((await blob(first.promptHash.slice(0, 12))).out)).toEqual({ messages: ['first'] });
    expect(JSON.parse((await blob(answerHash.slice(0, 12))).out)).toEqual({ tool: 'read_issue', items: [] });
    expect(await blob('0'.repeat(64))).toMatchObject({ code: 1, err: expect.stringContaining('of nothing') });
    expect(await blob('xyz')).toMatchObject({ code: 2 });
    expect((await ask(`${api.url}/api/blobs/${'0'.repeat(64)}`)).status).toBe(404);
  });
});

test('after an edit it is told by which rule, of which policy, what was written was judged', async () => {
  const other = await storeCycle(api);
  const { asked, approvalId, input } = other;
  const judgement = (to: string, rule: string): Judgement => ({
    question: { action: 'jira.transition', event: 'comment_created', project: 'PAY', to },
    trace: [{ rule, fired: true, why: [] }],
  });
  await api.mirror.recordPlan({
    cycleId: input.cycleId,
    step: { name: 'plan', attempt: 2, startedAt: '2026-11-23T10:00:03.000Z', detail: {} },
    actions: [asked],
    judgements: [{ actionId: asked.actionId, judgement: judgement('In Review', 'moves') }],
  });
  await api.mirror.noteApproval({
    cycleId: input.cycleId,
    planned: { ...asked, rule: 'closing', policyVersion: 'v2', hash: 'e'.repeat(64) },
    deadline: '2126-11-24T10:00:00.000Z',
    state: {
      approvalId,
      actionId: asked.actionId,
      hash: 'e'.repeat(64),
      status: 'pending',
      decidedBy: null,
      decidedAt: null,
      reason: null,
      note: null,
    },
    also: [],
    what: 'edited',
    by: { id: 'lead-1', name: 'Ana Lindqvist', channel: 'cli' },
    data: { judged: judgement('Done', 'closing') },
    key: `${approvalId}/1`,
  });
  const said = async (...args: string[]) => (await pmAgent(args, { PM_AGENT_URL: api.url })).out;
  const proposed = /as Ana Lindqvist wrote it \(.* UTC\); proposed under the rule "default" \(policy test\)/;

  const explained = await said('policy', 'explain', asked.actionId);
  expect(explained).toContain('ask, by the rule "closing" (policy version v2, judged ');
  expect(explained).toContain('asked: jira.transition to Done, risk');
  expect(explained).toMatch(proposed);
  expect(explained).toContain('1. "closing" fires');
  for (const told of [await said('explain', asked.actionId), await said('show', input.cycleId)]) {
    expect(told).toMatch(/"closing".* \(?policy v2/);
    expect(told).toMatch(proposed);
  }
});

test('a drill that is over says so, and names no event: there never was one', async () => {
  const drill = await storeCycle(api);
  const { approvalId, input, asked } = drill;
  const told = async (command: string, id: string) =>
    (await pmAgent([command, id], { PM_AGENT_URL: api.url })).out;
  const waiting = await told('explain', approvalId);
  await api.mirror.settleApproval({
    cycleId: input.cycleId,
    state: {
      approvalId,
      actionId: asked.actionId,
      hash: asked.hash,
      status: 'rejected',
      decidedBy: { id: 'lead-1', name: 'Ana Lindqvist', channel: 'cli' },
      decidedAt: '2026-11-23T11:00:00.000Z',
      reason: 'it is not done',
      note: null,
      drill: 'nothing said that it is done',
    },
    actionStatus: 'rejected',
  });

  const explained = await told('explain', approvalId);

  expect(waiting).not.toContain('drill');
  expect(explained).toContain(
    'on jira:PAY-1; its event was made up for it and never existed\n  this was a drill: nothing said that it is done\n',
  );
  expect(explained).not.toContain('retention');
  expect(explained).not.toContain(input.eventId);
  const shown = await told('show', input.cycleId);
  expect(shown).toMatch(/^drill +this was a drill: nothing said that it is done$/m);
  expect(shown).not.toContain(input.eventId);
});
