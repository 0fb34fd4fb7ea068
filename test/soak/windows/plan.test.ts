import { expect, test } from '@jest/globals';
import { SOAK_KINDS } from '../effects/kinds.js';
import { type Outcome, planTrials, tableOf, WAYS, windowsOf } from './plan.js';

test('each kind meets each way with delays before and after the wait, the same for the same seed', () => {
  const trials = planTrials({ seed: 7, delays: 4 });

  expect(trials).toEqual(planTrials({ seed: 7, delays: 4 }));
  expect(trials).not.toEqual(planTrials({ seed: 8, delays: 4 }));
  for (const kind of SOAK_KINDS) {
    for (const way of WAYS) {
      const mine = trials.filter((one) => one.kind === kind && one.way === way);
      expect(mine).toHaveLength(4);
      expect(Math.min(...mine.map(({ delayMs }) => delayMs))).toBeLessThan(45_000);
      expect(Math.max(...mine.map(({ delayMs }) => delayMs))).toBeGreaterThan(51_000);
    }
  }
});

test('a window ends before the first duplicate, whatever came out beyond it', () => {
  const trial = { kind: 'slack.message', way: 'shows late' } as const;
  const outcomes: readonly Outcome[] = [
    { ...trial, delayMs: 50_000, writes: 1 },
    { ...trial, delayMs: 40_000, writes: 1 },
    { ...trial, delayMs: 52_000, writes: 2 },
    { ...trial, delayMs: 60_000, writes: 1 },
    { ...trial, delayMs: 30_000, writes: 0 },
  ];

  const windows = windowsOf(outcomes);
  const mine = windows.find(({ kind, way }) => kind === trial.kind && way === trial.way);

  expect(mine).toEqual({
    ...trial,
    trials: 5,
    twice: 1,
    lost: 1,
    onceUpToMs: 50_000,
    twiceFromMs: 52_000,
  });
  expect(tableOf(windows)).toContain('| slack.message | 50.0 s | 52.0 s | never | never |');
});
