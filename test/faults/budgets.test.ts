/**
 * Each budget on the whole path: a first event spends it, and what it is about is answered no more, by rules only, and says which
 * budget it was; what it is not about is. The real activities over the real ledger and Temporal.
 */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createActivities } from '../../src/activities/index.js';
import type { Budgets } from '../../src/domain/budget.js';
import type { CycleResult } from '../../src/domain/cycle.js';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import { AGENT_CYCLE } from '../../src/workflows/messages.js';
import { asking, modelReply, toolUse } from '../activities/support/model-reply.js';
import { bo, jiraIssue, transitions } from '../activities/support/vendor-data.js';
import { createWorld, type World } from '../activities/support/world.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

/** Costs 0.40 USD by the list price of input tokens. */
const usage = { inputTokens: 200_000 };
const answer = modelReply({
  text: JSON.stringify({
    summary: 'Answered.',
    reasons: [],
    actions: [],
    uncertainty: null,
    wouldChange: null,
  }),
  usage,
});
/** Room for that one, and not for one more, which may cost 0.16. */
const ONE_CALL = 0.5;
const PLENTY: Budgets = { perEvent: 100, perSubjectPerDay: 100, perProjectPerDay: 100, perDay: 100 };

let world: World;
let said: string[];
afterEach(() => world.dispose());

function open(budgets: Budgets, replies: readonly ReturnType<typeof modelReply>[]): void {
  said = [];
  world = createWorld({
    jira: {
      findCommentByAction: () => null,
      addComment: ({ issueKey, body }) => {
        said.push(`${issueKey}: ${body}`);
        return '30001';
      },
      getIssue: (key) => jiraIssue({ key, projectKey: key.slice(0, 3), links: [], sprint: null }),
      getTransitions: () => transitions,
      assignableUsers: () => [bo],
    },
    bitbucket: { findPullRequests: () => [] },
    claude: { createMessage: replies, countTokens: () => 1_000 },
    deps: { budgets },
  });
}

/** The cycle of a question about an issue, up to its end. */
async function asked(key: string): Promise<CycleResult> {
  const cycle = cycleInput({
    event: commentEvent({
      subject: `jira:${key}`,
      project: key.slice(0, 3),
      issue: { id: null, key, summary: null },
    }),
  });
  const deps = { ...world.deps, laneHolder: async () => ({ holder: cycle.cycleId, fence: 1 }) };
  return temporal.withWorker(createActivities(deps), async (taskQueue) => {
    const args: [typeof cycle] = [cycle];
    const start = { taskQueue, workflowId: cycle.cycleId, args };
    return (await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, start)).result();
  });
}

const calls = (method: string) => world.claude.calls().filter((call) => call === method).length;
const ANSWERED = { status: 'completed', outcome: 'no_action', summary: 'Answered.' };
const over = (budget: keyof Budgets) => ({
  status: 'completed',
  // Who asked is told.
  outcome: 'acted',
  summary: expect.stringMatching(
    new RegExp(
      `^no usable decision: over budget, so the model was not asked: .*budgets\\.${budget} allows \\$0\\.5000`,
    ),
  ),
});

test.each<[keyof Budgets, string, string | null]>([
  ['perSubjectPerDay', 'PAY-1', 'PAY-2'],
  ['perProjectPerDay', 'PAY-2', 'WEB-1'],
  ['perDay', 'WEB-1', null],
])('%s: spent by an event about PAY-1, it leaves one about %s unasked', async (budget, about, other) => {
  open({ ...PLENTY, [budget]: ONE_CALL }, [answer, answer]);
  expect(await asked('PAY-1')).toEqual(ANSWERED);

  expect(await asked(about)).toEqual(over(budget));
  expect(said).toEqual([expect.stringMatching(new RegExp(`^${about}: I am over my budget .*${budget}`))]);

  expect(calls('createMessage')).toBe(1);
  expect(calls('countTokens')).toBeGreaterThanOrEqual(1);
  if (other !== null) {
    expect(await asked(other)).toEqual(ANSWERED);
  }
});

test('perEvent: what its first turn spent leaves its next one unasked', async () => {
  open({ ...PLENTY, perEvent: ONE_CALL }, [
    { ...asking(toolUse('earlier_cycles', {})), usage: { ...answer.usage } },
    answer,
  ]);

  expect(await asked('PAY-1')).toEqual(over('perEvent'));
  expect(said).toEqual([expect.stringContaining('budgets.perEvent')]);
  expect(calls('createMessage')).toBe(1);
  expect(calls('countTokens')).toBe(1);
});
