/** Something that a person asked and that came to nothing: they get a word of it, whatever way it ended. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { GatherResult } from '../../src/domain/cycle.js';
import type { FailureKind } from '../../src/domain/turn.js';
import { comment, cycleInput, planned, transition } from '../support/builders.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { runCycle } from './support/run-cycle.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

type Overrides = NonNullable<Parameters<typeof fakeActivities>[1]>;

const gathered = (more: Partial<GatherResult>): Overrides => ({
  gatherContext: async () => ({ contextHash: 'c', title: 'PAY-1', nothingToDo: null, ...more }),
});
const answering: Overrides = {
  answerAsker: async ({ cycle }) => planned(cycle.cycleId, 9, comment, { verdict: 'auto', origin: 'asked' }),
};
const undecided = (failureKind: FailureKind): Overrides => ({
  takeTurn: async ({ contextHash }) => ({
    kind: 'decided',
    decision: { summary: '', reasons: [], actions: [], uncertainty: null },
    failure: 'in words',
    failureKind,
    costUsd: 0,
    contextHash,
  }),
});
const cannotRead: Overrides = {
  gatherContext: async () => {
    throw ApplicationFailure.nonRetryable('Jira does not accept the token', 'Integration.jira.auth');
  },
};
const told = (fake: FakeActivities) =>
  fake.calls.filter(({ name }) => name === 'answerAsker').map(({ input }) => input);
const run = (fake: FakeActivities, input = cycleInput()) =>
  runCycle(
    temporal,
    fake,
    (handle) =>
      handle.result().then(
        ({ status, outcome }) => ({ status, outcome }),
        () => ({ status: 'failed', outcome: null }),
      ),
    input,
  );

const TOLD: readonly Exclude<FailureKind, 'over_budget'>[] = [
  'unavailable',
  'refusal',
  'cut',
  'context_too_large',
  'paused',
  'no_answer',
  'withheld',
  'stopped',
  'unreadable',
  'not_taken',
];

test.each(TOLD)('a question that ends as %s is answered once, by code', async (end) => {
  const fake = fakeActivities(() => [], { ...gathered({ asked: 0 }), ...undecided(end), ...answering });

  expect(await run(fake)).toEqual({ status: 'completed', outcome: 'acted' });

  expect(told(fake)).toEqual([{ cycle: expect.anything(), asked: 0, end }]);
  expect(fake.executed()).toHaveLength(1);
});

test('a cycle that cannot go on tells whoever asked, and has failed all the same', async () => {
  const fake = fakeActivities(() => [], { ...answering, ...cannotRead });

  expect(await run(fake)).toMatchObject({ status: 'failed' });

  expect(told(fake)).toEqual([{ cycle: expect.anything(), asked: null, end: 'cycle_failed' }]);
  expect(fake.executed()).toHaveLength(1);
});

test('where whoever asked cannot be told either, the cycle ends with why it failed', async () => {
  const fake = fakeActivities(() => [], {
    ...answering,
    ...cannotRead,
    executeAction: async () => {
      throw ApplicationFailure.nonRetryable('Jira does not accept the token', 'Integration.jira.auth');
    },
  });

  expect(await run(fake)).toMatchObject({ status: 'failed' });
  expect(fake.calls.find(({ name }) => name === 'finishCycle')?.input).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('does not accept the token'),
  });
});

/** Why each of them is quiet: decision 100. */
test.each<[string, Parameters<typeof fakeActivities>[0], Overrides]>([
  ['nobody asked', () => [], undecided('refusal')],
  ['a budget has words of its own', () => [], { ...gathered({ asked: 0 }), ...undecided('over_budget') }],
  ['the model finds that nothing is wanted', () => [], gathered({ asked: 0 })],
  [
    'policy denied it',
    ({ cycleId }) => [planned(cycleId, 1, comment, { verdict: 'never' })],
    gathered({ asked: 0 }),
  ],
  [
    'it was done',
    ({ cycleId }) => [planned(cycleId, 1, transition, { verdict: 'auto' })],
    gathered({ asked: 0 }),
  ],
  ['it is muted, gone or settled', () => [], gathered({ asked: 0, nothingToDo: 'muted by Ana' })],
])('nothing is said where %s', async (_, plan, overrides) => {
  const fake = fakeActivities(plan, { ...answering, ...overrides });

  await run(fake);

  expect(told(fake)).toEqual([]);
});

test('nothing is said where a newer cycle answers', async () => {
  const fake = fakeActivities(() => [], answering);

  await run(fake, cycleInput({ coalescedInto: 'cycle-jira-2' }));

  expect(told(fake)).toEqual([]);
});

test('nothing is said where a person stopped it', async () => {
  const fake = fakeActivities(({ cycleId }) => [planned(cycleId, 1, comment, { verdict: 'ask' })], answering);

  await runCycle(temporal, fake, async (handle) => {
    await handle.signal('cancel', { by: 'ana' });
    await handle.result();
  });

  expect(told(fake)).toEqual([]);
});
