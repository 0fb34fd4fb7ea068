/** Activities while pm-agent.yaml changes under them. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Activities } from '../../src/activities/contract.js';
import { type ActivityDeps, createMemory } from '../../src/activities/index.js';
import { createLiveActivities } from '../../src/activities/live.js';
import { cycleInput } from '../support/builders.js';
import { context } from './support/vendor-data.js';
import { createWorld, environment, type World } from './support/world.js';

let world: World;

beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.dispose());

function withPolicy(version: string, verdict: 'auto' | 'never'): ActivityDeps {
  return { ...world.deps, policy: { version, default: verdict, deadlineMs: null, rules: [] } };
}

/** Two actions, judged at different moments of one activity. */
async function planning() {
  const cycle = cycleInput();
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext(context());
  const comment = (body: string) => ({ kind: 'jira.comment', payload: { issueKey: 'PAY-1', body } }) as const;
  const actions = [comment('one'), comment('two')];
  return {
    cycle,
    contextHash,
    decision: {
      summary: 's',
      reasons: [{ text: 'It was asked.', evidence: ['event'] }],
      actions,
      uncertainty: null,
    },
  };
}

type Planning = Awaited<ReturnType<typeof planning>>;

function planned(activities: Activities, input: Planning): ReturnType<Activities['planActions']> {
  return environment().run(() => activities.planActions(input));
}

test('one that begins after a change is by what is in force then', async () => {
  let deps = withPolicy('old', 'auto');
  const activities = createLiveActivities(() => deps);
  const input = await planning();
  const before = await planned(activities, input);
  deps = withPolicy('new', 'never');
  const after = await planned(activities, input);

  expect([before, after].map(({ actions }) => actions[0])).toMatchObject([
    { verdict: 'auto', policyVersion: 'old' },
    { verdict: 'never', policyVersion: 'new' },
  ]);
});

test('one that runs goes on by what it began with', async () => {
  let deps = withPolicy('old', 'auto');
  const { mirror } = world.deps;
  const changingMeanwhile: ActivityDeps['mirror'] = {
    ...mirror,
    accountIdsOf: async (vendor) => {
      deps = withPolicy('new', 'never');
      return mirror.accountIdsOf(vendor);
    },
  };
  deps = { ...deps, mirror: changingMeanwhile };
  const activities = createLiveActivities(() => deps);
  const { actions } = await planned(activities, await planning());

  expect(deps.policy.version).toBe('new');
  expect(actions.map(({ verdict, policyVersion }) => [verdict, policyVersion])).toEqual([
    ['auto', 'old'],
    ['auto', 'old'],
  ]);
});

test('calls that are under way count against a budget that was changed meanwhile', async () => {
  let perDay = 2;
  const { spending } = createMemory(() => ({ ...world.deps, budgets: { ...world.deps.budgets, perDay } }));
  const price = { atMost: 1, counted: async () => null };
  const within = (call: () => Promise<string>) =>
    environment().run(() => spending.within(cycleInput(), price, call));
  const second = await within(async () => {
    perDay = 1;
    return within(async () => 'asked').then(
      () => 'asked',
      (error: Error) => error.message,
    );
  });
  const alone = await within(async () => 'asked');

  expect(second).toEqual({ done: expect.stringContaining('under way') });
  expect(alone).toEqual({ done: 'asked' });
});
