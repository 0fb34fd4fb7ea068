/** After a restore: who may go on, and who stands back, at every step. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { LaneHolder } from '../../src/activities/dependencies.js';
import type { CycleInput } from '../../src/domain/cycle.js';
import { comment, cycleInput, planned } from '../support/builders.js';
import { createWorld, environment, type World } from './support/world.js';

const FLOOR = 1_000_000;
const restored = { at: '2026-11-23T09:00:00.000Z', takenAt: '2026-11-23T08:00:00.000Z', fenceFloor: FLOOR };

let world: World;
afterEach(() => world.dispose());

function afterRestore(lane: LaneHolder | null | Error): void {
  world = createWorld({
    deps: {
      restored,
      laneHolder: async () => {
        if (lane instanceof Error) {
          throw lane;
        }
        return lane;
      },
    },
  });
}

async function runEach(cycle: CycleInput): Promise<readonly string[]> {
  const contextHash = 'none';
  const decision = { summary: '', actions: [] } as never;
  const steps = {
    gatherContext: () => world.call('gatherContext', cycle),
    decide: () => world.call('decide', { cycle, contextHash }),
    takeTurn: () => world.call('takeTurn', { cycle, contextHash, turns: [] }),
    useTool: () =>
      world.call('useTool', {
        cycle,
        contextHash,
        reply: 'none',
        call: { place: 't1.1', index: 0, summary: '' },
      }),
    planActions: () => world.call('planActions', { cycle, contextHash, decision }),
    executeAction: () =>
      world.call(
        'executeAction',
        { cycle, planned: planned(cycle.cycleId, 1, comment) },
        { env: environment() },
      ),
  };
  const refused: string[] = [];
  for (const [name, step] of Object.entries(steps)) {
    const error = await step().then(
      () => null,
      (reason: { type?: string; nonRetryable?: boolean; category?: string }) => reason,
    );
    if (error?.type === 'Activity.FromBeforeRestore') {
      expect(error).toMatchObject({ nonRetryable: false, category: 'BENIGN', nextRetryDelay: 60_000 });
      refused.push(name);
    }
  }
  return refused;
}

const ALL = ['gatherContext', 'decide', 'takeTurn', 'useTool', 'planActions', 'executeAction'];

describe('a cycle with a fence from before the restore', () => {
  const old = cycleInput({ fence: 7 });

  test.each([
    ['the inbox never heard of its subject', null],
    ['its lane is free', { holder: null, fence: 3 }],
    ['another holds its lane', { holder: 'cycle-jira-today', fence: FLOOR + 1 }],
    ['another from before the restore holds its lane', { holder: 'cycle-jira-older', fence: 3 }],
  ])('stands back at every step where %s, and nothing is read, asked or written', async (_what, lane) => {
    afterRestore(lane);

    expect(await runEach(old)).toEqual(ALL);
    expect(world.jira.calls()).toEqual([]);
    expect(world.claude.calls()).toEqual([]);
    expect(world.reader.getCycle(old.cycleId)).toBeNull();
  });

  test.each([
    [1, 60_000],
    [2, 120_000],
    [6, 1_920_000],
    [7, 3_600_000],
    [60, 3_600_000],
  ])(
    'is tried again later each time, and after an hour at most: after try %i in %i ms',
    async (attempt, ms) => {
      afterRestore(null);

      await expect(world.call('gatherContext', old, { attempt })).rejects.toMatchObject({
        nextRetryDelay: ms,
      });
    },
  );

  test('goes on where the restored lanes say that it holds its subject', async () => {
    afterRestore({ holder: old.cycleId, fence: 7 });

    expect(await runEach(old)).toEqual([]);
  });

  test('does not go on where the lanes cannot be read', async () => {
    afterRestore(new Error('the inbox is locked'));

    await expect(world.call('gatherContext', old)).rejects.toThrow('the inbox is locked');
  });
});

test('a cycle of today goes on without anybody asking for its lane first', async () => {
  afterRestore(new Error('asked'));

  expect(await runEach(cycleInput({ fence: FLOOR + 1 }))).toEqual([]);
});
