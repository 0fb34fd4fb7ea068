/**
 * F27–F30 for what is critical: however the model fails, people are told once, and the event is analysed once when it is back.
 * The real activities over the real mirror and Temporal; the worker that told is gone before the model is back.
 */

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { type ActivityDeps, createActivities } from '../../src/activities/index.js';
import { createNoteUnanalysed } from '../../src/activities/note-unanalysed.js';
import { IntegrationError } from '../../src/integrations/integration-error.js';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import { AGENT_CYCLE, stateQuery } from '../../src/workflows/messages.js';
import { modelReply } from '../activities/support/model-reply.js';
import { bo, jiraIssue, transitions } from '../activities/support/vendor-data.js';
import { createWorld, type World } from '../activities/support/world.js';
import { cycleInput } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

const FULL = { perEvent: 100, perSubjectPerDay: 100, perProjectPerDay: 100, perDay: 100 };
const EMPTY = { ...FULL, perDay: 0 };
const AGAIN_AFTER_MS = 1_000;

const claudeError =
  (code: string, fields: { status?: number; retryAfterMs?: number } = {}) =>
  () => {
    throw new IntegrationError({
      service: 'claude',
      message: `claude: ${code}`,
      code,
      retryable: true,
      ...fields,
    });
  };
const answer = modelReply({
  text: JSON.stringify({
    summary: 'Analysed: it waits for PAY-2.',
    reasons: [{ text: 'It was asked.', evidence: ['event'] }],
    actions: [
      {
        kind: 'jira.comment',
        payload: { issueKey: 'PAY-1', as: 'answer', audience: 'internal', body: 'It waits for PAY-2.' },
      },
    ],
    uncertainty: null,
    wouldChange: null,
  }),
});

const proposing = (evidence: readonly string[], actions: number) => () =>
  modelReply({
    text: JSON.stringify({
      summary: 'Nothing has to be done.',
      reasons: evidence.length === 0 ? [] : [{ text: 'It is settled.', evidence }],
      actions: Array.from({ length: actions }, (_, n) => ({
        kind: 'jira.comment',
        payload: { issueKey: 'PAY-1', as: 'answer', audience: 'internal', body: `Settled ${n}.` },
      })),
      uncertainty: null,
      wouldChange: null,
    }),
  });
const NOT_TAKEN = 'the model proposed what cannot be taken, so that nothing of it is done';

let world: World;
let isBack = false;
let failure: () => typeof answer;
let slack: string[];
let comments: string[];
const input = () => cycleInput();

beforeEach(() => {
  isBack = false;
  slack = [];
  comments = [];
  world = createWorld({
    jira: {
      getIssue: () => jiraIssue({ priority: 'Highest' }),
      getTransitions: () => transitions,
      assignableUsers: () => [bo],
      findCommentByAction: () => null,
      addComment: ({ body }) => {
        comments.push(body);
        return '30001';
      },
    },
    bitbucket: { findPullRequests: () => [] },
    slack: {
      findMessageByAction: () => null,
      postMessage: ({ channel, text }) => {
        slack.push(`${channel}: ${text}`);
        return '1700000000.000200';
      },
    },
    claude: {
      createMessage: () => (isBack ? answer : failure()),
      countTokens: () => 1_000,
    },
    deps: {
      people: [{ id: 'lead-1', name: 'Lea', jira: null, bitbucket: null, slack: 'U0LEAD', roles: ['lead'] }],
      teams: [
        {
          id: 'payments',
          jiraProjects: ['PAY'],
          jiraBoard: null,
          repositories: [],
          slackChannel: null,
          lead: 'lead-1',
          rules: '',
        },
      ],
      policy: { version: 'v1', default: 'auto', deadlineMs: null, rules: [] },
      // Later than anybody waits for a model that does not answer.
      clock: () => new Date(Date.now() + 3 * 60_000),
    },
  });
});
afterEach(() => world.dispose());

/** What one worker process would run with. */
function worker(cycleId: string, overrides: Partial<ActivityDeps> = {}) {
  const deps = { ...world.deps, laneHolder: async () => ({ holder: cycleId, fence: 1 }), ...overrides };
  return {
    ...createActivities(deps),
    noteUnanalysed: createNoteUnanalysed(deps, ({ length }) => (length > 1 ? null : AGAIN_AFTER_MS)),
  };
}

test.each<[string, string, () => typeof answer, Partial<ActivityDeps>]>([
  [
    'F27 529 on every try',
    'the model cannot be asked at the moment',
    claudeError('unavailable', { status: 529 }),
    {},
  ],
  ['F27 no answer at all', 'the model cannot be asked at the moment', claudeError('timeout'), {}],
  [
    'F28 429 with retry-after 3600',
    'the model cannot be asked at the moment',
    claudeError('rate_limit', { status: 429, retryAfterMs: 3_600_000 }),
    {},
  ],
  [
    'F29 no JSON, twice',
    'the model gave no answer that can be used',
    () => modelReply({ text: 'Sure!' }),
    {},
  ],
  ['F30 refusal', 'the model declined to answer', () => modelReply({ stopReason: 'refusal' }), {}],
  [
    'F30 max_tokens',
    'the model gave no answer that can be used',
    () => modelReply({ stopReason: 'max_tokens' }),
    {},
  ],
  ['F31 reasons that nobody read', NOT_TAKEN, proposing(['comment-404'], 1), {}],
  ['F31 nothing to do, for reasons that nobody read', NOT_TAKEN, proposing(['comment-404'], 0), {}],
  ['F31 nothing to do, for no reason', NOT_TAKEN, proposing([], 0), {}],
  ['F31 four actions', NOT_TAKEN, proposing(['event'], 4), {}],
  ['budget exhausted', 'a budget has no room for asking the model', () => answer, { budgets: EMPTY }],
])(
  '%s: people are told once, and it is analysed once when the model is back',
  async (_name, why, fails, overrides) => {
    failure = fails;
    const cycle = input();
    const taskQueue = `test-${randomUUID()}`;
    let handle: WorkflowHandle<typeof agentCycle> | null = null;

    await temporal.withWorker(
      worker(cycle.cycleId, overrides),
      async () => {
        handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
          taskQueue,
          workflowId: cycle.cycleId,
          args: [cycle],
        });
        await eventually(async () => {
          expect((await handle?.query(stateQuery))?.summary).toContain('looked at again at');
        });
      },
      taskQueue,
    );
    expect(slack).toHaveLength(1);
    expect(slack[0]).toContain(
      'U0LEAD: **Escalation (critical): not analysed: PAY-1 has the priority Highest',
    );
    expect(slack[0]).toContain(`**Not analysed**: ${why}.`);
    isBack = true;

    const result = await temporal.withWorker(
      worker(cycle.cycleId, { budgets: FULL }),
      () => temporal.client.workflow.getHandle<typeof agentCycle>(cycle.cycleId).result(),
      taskQueue,
    );

    expect(result).toEqual({
      status: 'completed',
      outcome: 'acted',
      summary: 'Analysed: it waits for PAY-2.',
    });
    expect(slack).toHaveLength(1);
    expect(comments).toEqual(['It waits for PAY-2.']);
    const kinds = world.auditKinds(cycle.cycleId);
    expect(kinds.filter((kind) => kind === 'critical.told')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'decision.made')).toHaveLength(2);
    const made = world.reader.auditOf(cycle.cycleId).findLast(({ kind }) => kind === 'decision.made');
    expect(made?.data).toContain('Analysed: it waits for PAY-2.');
  },
  60_000,
);

function decided(failing: () => typeof answer, overrides: Partial<ActivityDeps> = {}) {
  failure = failing;
  const cycle = input();
  return temporal.withWorker(worker(cycle.cycleId, overrides), async (taskQueue) => {
    const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue,
      workflowId: cycle.cycleId,
      args: [cycle],
    });
    return { cycleId: cycle.cycleId, result: await handle.result() };
  });
}
const NO_COMMENTS: ActivityDeps['policy'] = {
  version: 'v1',
  default: 'auto',
  deadlineMs: null,
  rules: [{ name: 'no comments', when: { action: ['jira.comment'] }, verdict: 'never' }],
};
const about =
  (text: string, body: string, issueKey = 'PAY-1') =>
  () =>
    modelReply({
      text: JSON.stringify({
        summary: text,
        reasons: [{ text, evidence: ['event'] }],
        actions: [{ kind: 'jira.comment', payload: { issueKey, as: 'answer', audience: 'internal', body } }],
        uncertainty: null,
        wouldChange: null,
      }),
    });

test.each<[string, string, () => typeof answer, Partial<ActivityDeps>]>([
  [
    'the policy never allows it',
    'jira.comment on jira:PAY-1: the policy says never (rule "no comments")',
    proposing(['event'], 1),
    { policy: NO_COMMENTS },
  ],
  ['its target is a foreign one', 'jira.comment on jira:HR-7: ', about('No.', 'Settled.', 'HR-7'), {}],
  [
    'its text must not leave',
    'jira.comment on jira:PAY-1: ',
    about('No.', 'The token is xoxb-2345678901-2345678901-AbCdEfGhIjKlMnOpQrStUvWx.'),
    {},
  ],
])(
  'of a decision that is denied because %s people are told, once for the subject',
  async (...[, line, fails, overrides]) => {
    const { cycleId, result } = await decided(fails, overrides);
    await decided(fails, overrides);

    expect(result).toMatchObject({ status: 'completed', outcome: 'acted' });
    expect(comments).toEqual([]);
    expect(slack).toHaveLength(1);
    expect(slack[0]).toContain(
      'U0LEAD: **Escalation (critical): nothing was done: PAY-1 has the priority Highest',
    );
    expect(slack[0]).toContain('the one action that the agent proposed was denied');
    expect(slack[0]).toContain(`- ${line}`);
    expect(slack[0]).toContain(cycleId);
    expect(slack[0]).not.toContain('xoxb');
    const told = world.reader.auditOf(cycleId).find(({ kind }) => kind === 'critical.told');
    expect(JSON.parse(told?.data ?? '')).toMatchObject({ failureKind: 'all_denied', told: 'slack:U0LEAD' });
  },
);

test('nobody is told of what the model was told to leave alone for a reason', async () => {
  const { result } = await decided(proposing(['event'], 0));

  expect(result).toEqual({ status: 'completed', outcome: 'no_action', summary: 'Nothing has to be done.' });
  expect(slack).toEqual([]);
});
