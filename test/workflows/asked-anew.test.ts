/** The model was waited for: what was read before is read anew, and what waits behind it has its turn first. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Activities } from '../../src/activities/contract.js';
import type { AskedAnew } from '../../src/domain/turn.js';
import { comment, planned } from '../support/builders.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { runCycle } from './support/run-cycle.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

const ANEW: AskedAnew = { kind: 'anew', why: 'what was read is out of date' };
const critical = { rule: 'critical work', why: 'PAY-1 has the priority Highest and is In Progress' };

/** The first turns answer with these, and then the model decides. */
function waiting(first: readonly AskedAnew[], overrides: Partial<Activities> = {}): FakeActivities {
  const left = [...first];
  return fakeActivities((cycle) => [planned(cycle.cycleId, 1, comment, { verdict: 'auto' })], {
    gatherContext: async ({ round = 0 }) => ({
      contextHash: `context-${round}`,
      title: 'PAY-1',
      nothingToDo: null,
    }),
    takeTurn: async ({ contextHash }) =>
      left.shift() ?? {
        kind: 'decided',
        decision: { summary: `By ${contextHash}.`, reasons: [], actions: [], uncertainty: null },
        failure: null,
        failureKind: null,
        costUsd: 0,
        contextHash,
      },
    ...overrides,
  });
}

const inputs = <N extends keyof Activities>(fake: FakeActivities, name: N) =>
  fake.calls.filter((call) => call.name === name).map((call) => call.input as Parameters<Activities[N]>[0]);
const names = (fake: FakeActivities) => fake.calls.map(({ name }) => name);

test('it decides by what is read after the wait, in a conversation of its own', async () => {
  const fake = waiting([ANEW, ANEW]);

  const result = await runCycle(temporal, fake, (handle) => handle.result());

  expect(result.summary).toBe('By context-2.');
  expect(inputs(fake, 'planActions').map(({ contextHash }) => contextHash)).toEqual(['context-2']);
  expect(
    inputs(fake, 'takeTurn').map(({ contextHash, cycle, turns }) => [contextHash, cycle.round, turns]),
  ).toEqual([
    ['context-0', undefined, []],
    ['context-1', 1, []],
    ['context-2', 2, []],
  ]);
  expect(names(fake)).not.toContain('parkCycle');
});

test('a first look that waited is made anew as well', async () => {
  let looks = 0;
  const fake = waiting([], {
    gatherContext: async ({ round = 0 }) => ({
      contextHash: `context-${round}`,
      title: 'PAY-1',
      nothingToDo: null,
      triage: true,
    }),
    triage: async () => {
      looks += 1;
      return looks === 1 ? ANEW : { route: 'normal', decision: null };
    },
  });

  const result = await runCycle(temporal, fake, (handle) => handle.result());

  expect(result.summary).toBe('By context-1.');
  expect(looks).toBe(2);
});

test('what needs nobody any more after the wait is not asked about', async () => {
  const fake = waiting([ANEW], {
    gatherContext: async ({ round = 0 }) => ({
      contextHash: 'c',
      title: 'PAY-1',
      nothingToDo: round === 0 ? null : 'muted by Ana',
    }),
  });

  const result = await runCycle(temporal, fake, (handle) => handle.result());

  expect(result).toMatchObject({ status: 'completed', summary: 'muted by Ana' });
  expect(fake.executed()).toEqual([]);
});

test('it gives its lane to what may be critical, and has it back before it reads anew', async () => {
  const fake = waiting([{ ...ANEW, why: 'it gives way to what may be critical', givesWayMs: 50 }]);

  await runCycle(temporal, fake, (handle) => handle.result());

  expect(names(fake).slice(0, 6)).toEqual([
    'gatherContext',
    'takeTurn',
    'parkCycle',
    'claimLane',
    'gatherContext',
    'takeTurn',
  ]);
  expect(inputs(fake, 'parkCycle')[0]?.waitsFor).toBe(
    'waits for the model; it gives way to what may be critical',
  );
});

test('what is found critical when it is read anew tells people, and the event is still answered where they were told', async () => {
  let turns = 0;
  const fake = waiting([], {
    gatherContext: async ({ round = 0 }) => ({
      contextHash: `context-${round}`,
      title: 'PAY-1',
      nothingToDo: null,
      ...(round > 0 ? { critical } : {}),
    }),
    takeTurn: async ({ contextHash, soon }) => {
      turns += 1;
      const failed = { failure: 'away', failureKind: 'unavailable' } as const;
      return turns === 1 || turns === 3
        ? ANEW
        : {
            kind: 'decided',
            decision: { summary: `By ${contextHash}.`, reasons: [], actions: [], uncertainty: null },
            failure: null,
            failureKind: null,
            costUsd: 0,
            contextHash,
            ...(soon === true ? failed : {}),
          };
    },
  });

  const result = await runCycle(temporal, fake, (handle) => handle.result());

  expect(inputs(fake, 'noteUnanalysed')).toHaveLength(1);
  expect(inputs(fake, 'takeTurn').map(({ soon, cycle }) => [soon, cycle.round])).toEqual([
    [undefined, undefined],
    [true, 1],
    [undefined, 2],
    [undefined, 3],
  ]);
  expect(result.summary).toBe('By context-3.');
});
