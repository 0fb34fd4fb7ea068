/** A critical event that the model gives no decision on, or one of which nothing is let go, as the workflow tells it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Activities } from '../../src/activities/contract.js';
import type { CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import type { FailureKind } from '../../src/domain/turn.js';
import { cancelSignal, stateQuery } from '../../src/workflows/messages.js';
import { comment, cycleInput, escalate, planned, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { type Handle, runCycle } from './support/run-cycle.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

const critical = { rule: 'critical work', why: 'PAY-1 has the priority Highest and is In Progress' };

/** The model fails in these ways, one after the other, and then decides. */
function failing(kinds: readonly FailureKind[], overrides: Partial<Activities> = {}): FakeActivities {
  const left = [...kinds];
  return fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })], {
    gatherContext: async ({ round = 0 }) => ({
      contextHash: `context-${round}`,
      title: 'PAY-1',
      nothingToDo: null,
      critical,
    }),
    takeTurn: async ({ contextHash }) => {
      const failureKind = left.shift() ?? null;
      const failure = failureKind === null ? null : `the model: ${failureKind}`;
      const decision = { summary: failure ?? 'Answered.', reasons: [], actions: [], uncertainty: null };
      return { kind: 'decided', decision, failure, failureKind, costUsd: 0, contextHash };
    },
    noteUnanalysed: async ({ cycle, failures }) => ({
      escalation: failures.length === 1 ? escalation(cycle) : null,
      againAfterMs: failures.length > 2 ? null : 50,
    }),
    ...overrides,
  });
}

const escalation = ({ cycleId }: CycleInput) =>
  planned(cycleId, 9, escalate, { verdict: 'auto', origin: 'critical' });

const run = <T>(fake: FakeActivities, body: (handle: Handle) => Promise<T>, input?: CycleInput) =>
  runCycle(temporal, fake, body, input);

const inputs = <N extends keyof Activities>(fake: FakeActivities, name: N) =>
  fake.calls.filter((call) => call.name === name).map((call) => call.input as Parameters<Activities[N]>[0]);

test('people are told once, and the event is analysed once, as it stands then', async () => {
  const fake = failing(['unavailable', 'unavailable']);
  const input = cycleInput();

  const result = await run(fake, (handle) => handle.result(), input);

  expect(result).toEqual({ status: 'completed', outcome: 'acted', summary: 'Answered.' });
  expect(fake.executed()).toEqual([`${input.cycleId}.a9`, `${input.cycleId}.a1`]);
  expect(inputs(fake, 'noteUnanalysed').map(({ failures }) => failures)).toEqual([
    ['unavailable'],
    ['unavailable', 'unavailable'],
  ]);
  expect(inputs(fake, 'gatherContext').map(({ round }) => round)).toEqual([undefined, 1, 2]);
  expect(inputs(fake, 'planActions').map(({ contextHash }) => contextHash)).toEqual(['context-2']);
  expect(inputs(fake, 'takeTurn').map(({ soon }) => soon)).toEqual([true, true, true]);
});

test('between the looks its lane is free, and it holds it again before it looks', async () => {
  const fake = failing(['unavailable']);

  await run(fake, (handle) => handle.result());

  const order = fake.calls.map(({ name }) => name);
  const told = order.indexOf('executeAction');
  expect(order.slice(told)).toEqual([
    'executeAction',
    'parkCycle',
    'claimLane',
    'gatherContext',
    'takeTurn',
    'planActions',
    'executeAction',
    'finishCycle',
  ]);
  expect(inputs(fake, 'parkCycle')[0]?.waitsFor).toMatch(
    /^not analysed: PAY-1 has .*; looked at again at 20/,
  );
});

test('where no look ends well it ends, and says that nobody analysed it', async () => {
  const result = await run(failing(['refusal', 'refusal', 'refusal']), (handle) => handle.result());

  expect(result).toEqual({
    status: 'completed',
    outcome: 'acted',
    summary: 'no usable decision: the model: refusal',
  });
});

test('what needs nobody any more by then is not asked about', async () => {
  const fake = failing(['unavailable'], {
    gatherContext: async ({ round = 0 }) => ({
      contextHash: 'c',
      title: 'PAY-1',
      nothingToDo: round === 0 ? null : 'muted by Ana',
      critical,
    }),
  });

  const result = await run(fake, (handle) => handle.result());

  expect(result.summary).toBe('muted by Ana');
  expect(inputs(fake, 'takeTurn')).toHaveLength(1);
});

test('where another cycle told of the subject, nobody is told again, and this one waits for the model', async () => {
  const fake = failing(['unavailable'], {
    noteUnanalysed: async () => ({ escalation: null, againAfterMs: null }),
  });
  const input = cycleInput();

  await run(fake, (handle) => handle.result(), input);

  expect(fake.executed()).toEqual([`${input.cycleId}.a1`]);
  expect(inputs(fake, 'takeTurn').map(({ soon, cycle }) => [soon, cycle.round])).toEqual([
    [true, undefined],
    [undefined, 1],
  ]);
  expect(inputs(fake, 'parkCycle')).toEqual([]);
});

test('an event that is not critical tells nobody', async () => {
  const fake = failing(['unavailable'], {
    gatherContext: async () => ({ contextHash: 'c', title: 'PAY-1', nothingToDo: null }),
  });

  const result = await run(fake, (handle) => handle.result());

  expect(result.outcome).toBe('no_action');
  expect(inputs(fake, 'noteUnanalysed')).toEqual([]);
  expect(inputs(fake, 'takeTurn').map(({ soon }) => soon)).toEqual([undefined]);
});

test('it can be cancelled while it waits', async () => {
  const fake = failing(['unavailable'], {
    noteUnanalysed: async ({ cycle }) => ({ escalation: escalation(cycle), againAfterMs: 3_600_000 }),
  });

  const result = await run(fake, async (handle) => {
    const { summary } = await eventually(async () => {
      const state = await handle.query(stateQuery);
      expect(state.summary).toContain('not analysed');
      return state;
    });
    expect(summary).toContain('looked at again at');
    await handle.signal(cancelSignal, { by: 'lead-1' });
    return handle.result();
  });

  expect(result).toMatchObject({ status: 'cancelled', outcome: 'acted' });
});

/** A decision on a critical event with these actions. */
function deciding(plan: (cycleId: string) => readonly PlannedAction[], overrides: Partial<Activities> = {}) {
  return failing([], {
    planActions: async ({ cycle }) => ({ actions: plan(cycle.cycleId), deadlineMs: null }),
    tellAllDenied: async ({ cycle }) => escalation(cycle),
    ...overrides,
  });
}
const never = (cycleId: string) => planned(cycleId, 1, transition, { verdict: 'never', rule: 'no moves' });
const going = (cycleId: string) => planned(cycleId, 2, comment, { verdict: 'auto' });
const refusedLate: Partial<Activities> = {
  executeAction: async ({ planned: { actionId } }) => ({
    status: actionId.endsWith('.a2') ? 'denied' : 'executed',
    remoteId: null,
    message: 'the breaker is open',
  }),
};

test('where all that was proposed is denied, at once or right before its effect, people are told what and why', async () => {
  const fake = deciding((cycleId) => [never(cycleId), going(cycleId)], refusedLate);
  const input = cycleInput();

  const result = await run(fake, (handle) => handle.result(), input);

  expect(result).toEqual({ status: 'completed', outcome: 'acted', summary: 'Answered.' });
  expect(fake.executed()).toEqual([`${input.cycleId}.a2`, `${input.cycleId}.a9`]);
  expect(inputs(fake, 'tellAllDenied')).toMatchObject([
    {
      contextHash: 'context-0',
      title: 'PAY-1',
      critical,
      undone: [
        { kind: 'jira.transition', target: 'jira:PAY-1', why: 'the policy says never (rule "no moves")' },
        { kind: 'jira.comment', target: 'jira:PAY-1', why: 'the breaker is open' },
      ],
    },
  ]);
});

test('where people were told of the subject already, they are not told again', async () => {
  const fake = deciding((cycleId) => [never(cycleId)], { tellAllDenied: async () => null });

  const result = await run(fake, (handle) => handle.result());

  expect(result.outcome).toBe('denied');
  expect(fake.executed()).toEqual([]);
});

test.each<[string, FakeActivities]>([
  ['the model decided that nothing is to be done', deciding(() => [])],
  ['something of it was done', deciding((cycleId) => [never(cycleId), going(cycleId)])],
  [
    'a person is asked',
    deciding((cycleId) => [never(cycleId), planned(cycleId, 3, comment, { waits: { deadlineMs: 200 } })]),
  ],
  [
    'it is not critical',
    deciding((cycleId) => [never(cycleId)], {
      gatherContext: async () => ({ contextHash: 'c', title: 'PAY-1', nothingToDo: null }),
    }),
  ],
])('nobody is told of a denial where %s', async (_where, fake) => {
  await run(fake, (handle) => handle.result());

  expect(inputs(fake, 'tellAllDenied')).toEqual([]);
});
