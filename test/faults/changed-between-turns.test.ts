/**
 * Configuration, words or build change between two turns of one conversation. What was said stays as it was sent, because the model
 * takes back what it thought only over what it was shown; where it does not, the conversation begins anew, once. The real client,
 * activities, mirror and Temporal, and a Messages API that checks the prefix of each thought as the vendor does.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ActivityDeps } from '../../src/activities/dependencies.js';
import { createLiveActivities } from '../../src/activities/live.js';
import type { CycleResult } from '../../src/domain/cycle.js';
import { createClaude } from '../../src/integrations/claude/client.js';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import { AGENT_CYCLE } from '../../src/workflows/messages.js';
import { jiraIssue, transitions } from '../activities/support/vendor-data.js';
import { createWorld, type World } from '../activities/support/world.js';
import { type ClaudeServer, startClaude } from '../sandbox/claude-server.js';
import { decisionText } from '../support/bad-replies.js';
import { cycleInput } from '../support/builders.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';

const cycle = cycleInput();
const team = {
  id: 'payments',
  jiraProjects: ['PAY'],
  jiraBoard: null,
  repositories: [],
  slackChannel: null,
  lead: null,
  rules: 'Be brief.',
};

/** Everything that a request is made of, in other words. */
const CHANGED: Partial<ActivityDeps> = {
  agent: { name: 'Somebody Else', language: 'de' },
  teams: [{ ...team, rules: 'Never on a Friday.' }],
  models: { triage: 'claude-haiku-5-5', normal: 'claude-opus-5-5', hard: 'claude-opus-5-5' },
  limits: { actionsPerDecision: 1, actionsPerSubjectPerHour: 6, modelTurns: 1 },
};

let temporal: TemporalHarness;
let claude: ClaudeServer;
let world: World;
let inForce: Partial<ActivityDeps>;
/** Runs while the model's wish to read is answered. */
let whileReading: () => void;

beforeAll(async () => {
  temporal = await openTemporal();
}, 60_000);
afterAll(() => temporal.close());

beforeEach(async () => {
  inForce = {};
  whileReading = () => {};
  claude = await startClaude();
  world = createWorld({
    jira: {
      getIssue: (key) => {
        if (key === 'PAY-2') {
          whileReading();
        }
        return jiraIssue({ key, links: [] });
      },
      getTransitions: () => transitions,
      assignableUsers: () => [],
      findCommentByAction: () => null,
      addComment: () => '30001',
    },
    bitbucket: { findPullRequests: () => [] },
    deps: {
      claude: createClaude({ apiKey: 'key-1', baseURL: `${claude.url}/anthropic` }),
      teams: [team],
      laneHolder: async () => ({ holder: cycle.cycleId, fence: 1 }),
    },
  });
});
afterEach(async () => {
  await world.dispose();
  await claude.close();
});

const thought = (about: string) => ({ type: 'thinking', thinking: `About ${about}.` });
const wish = (id: string) => ({ type: 'tool_use', id, name: 'read_issue', input: { key: 'PAY-2' } });
const reading = (id: string) => ({ reply: { content: [thought(id), wish(id)] } });
const decides = { reply: { content: [thought('all'), { type: 'text', text: decisionText('Read.') }] } };
const refused = (what: string) => ({
  reply: {
    type: 'error',
    error: { type: 'invalid_request_error', message: `messages.3.content.0: ${what}` },
  },
});
const NOT_OURS = 'Invalid `signature` in `thinking` block';

async function run(...script: readonly object[]): Promise<CycleResult> {
  await claude.script(script);
  // Another object each time something changed, and only then.
  let last: { readonly by: unknown; readonly deps: ActivityDeps } | null = null;
  const activities = createLiveActivities(() => {
    last = last?.by === inForce ? last : { by: inForce, deps: { ...world.deps, ...inForce } };
    return last.deps;
  });
  return temporal.withWorker(activities, (taskQueue) =>
    temporal.client.workflow.execute<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue,
      workflowId: `${cycle.cycleId}-${taskQueue}`,
      args: [cycle],
    }),
  );
}

const calls = () => world.reader.getCycle(cycle.cycleId)?.modelCalls ?? [];
const bodies = () =>
  calls().map(({ prompt_hash }) => JSON.parse(String(world.reader.getBlob(prompt_hash)), unmarked));
const unmarked = (name: string, value: unknown) => (name === 'cache_control' ? undefined : value);

describe('what changes between two turns', () => {
  test('leaves what was said as it was sent: the model takes back what it thought', async () => {
    whileReading = () => {
      inForce = CHANGED;
    };

    const result = await run(reading('t1'), decides);

    expect(result).toMatchObject({ status: 'completed', summary: 'Read.' });
    expect(calls()).toMatchObject([{ error: null }, { error: null, model: 'claude-sonnet-5-5' }]);
    const [first, second] = bodies();
    expect(second.messages.slice(0, first.messages.length)).toEqual(first.messages);
    for (const part of ['model', 'system', 'tools'] as const) {
      expect(JSON.stringify(second[part])).toBe(JSON.stringify(first[part]));
    }
    // What may still be read is today's matter, and said at the end.
    expect(JSON.stringify(second.messages.at(-1))).toContain('You cannot read any more.');
  });

  test('also in the third: nothing that was said once is said in other words', async () => {
    inForce = { limits: { actionsPerDecision: 3, actionsPerSubjectPerHour: 6, modelTurns: 1 } };
    whileReading = () => {
      inForce = { limits: { actionsPerDecision: 3, actionsPerSubjectPerHour: 6, modelTurns: 4 } };
    };

    const result = await run(
      reading('t1'),
      { reply: { content: [thought('much'), { type: 'text', text: 'Well' }] } },
      decides,
    );

    expect(result).toMatchObject({ status: 'completed', summary: 'Read.' });
    expect(calls().map(({ purpose, error }) => [purpose, error])).toEqual([
      ['decide', null],
      ['go on', null],
      ['repair', null],
    ]);
  });
});

describe('a thought that the model does not take back', () => {
  test.each([
    NOT_OURS,
    `${NOT_OURS}. The block is bound to a different conversation. Remove the block.`,
    '`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.',
  ])('begins the conversation anew, in the words of today: %s', async (what) => {
    whileReading = () => {
      inForce = { teams: CHANGED.teams ?? [] };
    };

    const result = await run(reading('t1'), refused(what), decides);

    expect(result).toMatchObject({ status: 'completed', summary: 'Read.' });
    expect(calls()).toMatchObject([
      { purpose: 'decide', error: null },
      { purpose: 'go on', error: expect.stringContaining('`thinking`'), cost_usd: 0 },
      { purpose: 'begin anew', error: null },
    ]);
    const anew = bodies()[2];
    expect(anew.system[0].text).toContain('Never on a Friday.');
    expect(anew.messages).toHaveLength(3);
    // What was read is not read again.
    expect(JSON.stringify(anew.messages)).toContain('t1.1:issue-PAY-2');
    expect(
      world.jira.received.filter(({ method, args }) => method === 'getIssue' && args[0] === 'PAY-2'),
    ).toHaveLength(1);
  });

  test('goes on from there, and may be repaired once', async () => {
    const result = await run(reading('t1'), refused(NOT_OURS), reading('t2'), { reply: 'Well' }, decides);

    expect(result).toMatchObject({ status: 'completed', summary: 'Read.' });
    expect(calls().map(({ purpose }) => purpose)).toEqual([
      'decide',
      'go on',
      'begin anew',
      'go on',
      'repair',
    ]);
    expect(bodies()[4].messages).toHaveLength(7);
  });

  test('a second time ends it: it is not begun for ever', async () => {
    const result = await run(reading('t1'), refused(NOT_OURS), reading('t2'), refused(NOT_OURS), decides);

    expect(result.summary).toMatch(/^no usable decision: the model could not be asked: /);
    expect(calls().map(({ purpose }) => purpose)).toEqual(['decide', 'go on', 'begin anew', 'go on']);
    // Whoever asked hears that nothing came of it.
    expect(world.jira.received.filter(({ method }) => method === 'addComment')).toHaveLength(1);
  });
});
