/** A message to one person of the team: who may get one, what lets it go, and that it is there once. On the Slack that the sandbox plays. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import type { ActivityDeps } from '../../../src/activities/index.js';
import type { Action } from '../../../src/domain/action.js';
import type { CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import type { PolicyRule } from '../../../src/domain/policy.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { cycleInput } from '../../support/builders.js';
import { context } from '../support/vendor-data.js';
import { vendorsAt } from '../support/vendors.js';
import { createWorld, environment, type World } from '../support/world.js';

let sandbox: TestSandbox;
let world: World;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => world.dispose());
afterAll(() => sandbox.close());

const person = (id: string, slack: string | null) => ({
  id,
  name: id,
  jira: null,
  bitbucket: null,
  slack,
  roles: [],
});
const writeTo = (channel: string, threadTs: string | null = null): Action => ({
  kind: 'slack.message',
  payload: { channel, threadTs, text: 'Could you look at PAY-1?' },
});

function openWorld(rules: readonly PolicyRule[] = []): void {
  const team = { jiraProjects: ['PAY'], jiraBoard: null, repositories: [], slackChannel: 'C0PAY', rules: '' };
  world = createWorld({
    deps: {
      ...vendorsAt(sandbox.url),
      people: [person('ana', 'U0ANA'), person('bo', 'U0BO'), person('cleo', null), person('dan', 'U0DAN')],
      groups: { payments: ['ana', 'cleo'], web: ['dan'] },
      teams: [{ ...team, id: 'payments', lead: 'bo' }],
      policy: { version: 'v1', default: 'auto', deadlineMs: null, rules },
    },
  });
}

async function plan(
  ...actions: readonly Action[]
): Promise<{ readonly cycle: CycleInput; readonly planned: readonly PlannedAction[] }> {
  const cycle = cycleInput();
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext(context());
  const decision = {
    summary: 's',
    reasons: [{ text: 'It was asked.', evidence: ['event'] }],
    actions,
    uncertainty: null,
  };
  return { cycle, planned: (await world.call('planActions', { cycle, contextHash, decision })).actions };
}

test('only people of the event’s team whom pm-agent.yaml knows in Slack are written to, and in no thread', async () => {
  openWorld();

  const { planned } = await plan(writeTo('U0ANA'), writeTo('U0DAN'), writeTo('U0EVE'));
  const rest = await plan(writeTo('U0BO'), writeTo('W0ANA'), writeTo('U0ANA', '1700000000.000100'));

  expect([...planned, ...rest.planned].map(({ refusal }) => refusal)).toEqual([
    null,
    expect.stringContaining("U0DAN is nobody of this event's team"),
    expect.stringContaining('people[].slack'),
    null,
    expect.stringContaining('W0ANA is nobody'),
    'a message to a person begins no thread, and 1700000000.000100 names one',
  ]);
});

test.each([
  ['the default', [], 'ask', 'default (asks: it goes to one person)'],
  [
    'a rule that does not name the person',
    [{ name: 'talk', when: { action: ['slack.message'] }, verdict: 'auto' }],
    'ask',
    'talk (asks: it goes to one person)',
  ],
  [
    'a rule that names the person',
    [{ name: 'ana', when: { action: ['slack.message'], project: ['U0ANA'] }, verdict: 'auto' }],
    'auto',
    'ana',
  ],
] as const)('by %s a message to a person is judged %3$s', async (_by, rules, verdict, rule) => {
  openWorld(rules);

  const { planned } = await plan(writeTo('U0ANA'));

  expect(planned[0]).toMatchObject({ verdict, rule, target: 'slack:U0ANA' });
});

test('it is there once, also where the worker died before it recorded that, and undo takes it back', async () => {
  openWorld();
  const { cycle, planned } = await plan(writeTo('U0ANA'));
  const [one] = planned;
  if (one === undefined) throw new Error('nothing was planned');
  const execute = (attempt: number, deps: ActivityDeps) =>
    environment(attempt).run(guarded(createExecuteAction(deps, [1])), { cycle, planned: one });
  const dying = {
    ...world.deps,
    mirror: { ...world.deps.mirror, recordResult: () => Promise.reject(new Error('killed')) },
  };
  const channel = 'D0ANA';
  const written = async () =>
    (await sandbox.post('/slack/conversations.history', { channel })).body.messages.map(
      ({ text }: { text: string }) => text,
    );

  await expect(execute(1, dying)).rejects.toThrow('killed');
  expect(await execute(2, world.deps)).toMatchObject({ status: 'executed' });
  expect(await written()).toEqual(['Could you look at PAY-1?']);

  const by = { id: 'lead-1', name: 'Lea', channel: 'api' } as const;
  const undo = { undoId: `${one.actionId}.u1`, actionId: one.actionId, by };
  expect(await world.call('undoAction', undo)).toMatchObject({ status: 'executed' });
  expect(await written()).toEqual([]);
});
