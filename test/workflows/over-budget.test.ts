/** A budget had no room: whoever asked gets a word of it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FailureKind } from '../../src/domain/turn.js';
import { comment, planned } from '../support/builders.js';
import { fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { runCycle } from './support/run-cycle.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

const failing = (failureKind: FailureKind, isAnswered = true) =>
  fakeActivities(() => [], {
    gatherContext: async () => ({ contextHash: 'c', title: 'PAY-1', nothingToDo: null, asked: 0 }),
    takeTurn: async ({ contextHash }) => ({
      kind: 'decided',
      decision: { summary: '', reasons: [], actions: [], uncertainty: null },
      failure: 'over budget',
      failureKind,
      costUsd: 0,
      contextHash,
    }),
    tellOverBudget: async ({ cycle }) =>
      isAnswered ? planned(cycle.cycleId, 9, comment, { verdict: 'auto', origin: 'command' }) : null,
  });

test('the answer is carried out, and the cycle says why it ended', async () => {
  const fake = failing('over_budget');

  const result = await runCycle(temporal, fake, (handle) => handle.result());

  expect(result).toEqual({
    status: 'completed',
    outcome: 'acted',
    summary: 'no usable decision: over budget',
  });
  expect(fake.executed()).toHaveLength(1);
  expect(fake.calls.find(({ name }) => name === 'tellOverBudget')?.input).toMatchObject({
    failure: 'over budget',
    asked: 0,
  });
});

test('who was answered today is not answered again, and another failure is none of it', async () => {
  const again = failing('over_budget', false);
  const other = failing('refusal');

  expect(await runCycle(temporal, again, (handle) => handle.result())).toMatchObject({
    outcome: 'no_action',
  });
  await runCycle(temporal, other, (handle) => handle.result());

  expect(again.executed()).toEqual([]);
  expect(other.calls.map(({ name }) => name)).not.toContain('tellOverBudget');
});
