import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { analyseAgainAfterMs } from '../../src/domain/analyse-later.js';
import type { FailureKind } from '../../src/domain/turn.js';

const MINUTE = 60_000;
const now = new Date('2026-11-23T22:00:00Z');
const times = (kind: FailureKind, n: number) => Array.from({ length: n }, () => kind);

test('a model that cannot be asked is tried again sooner at first, for about a day', () => {
  const waits: number[] = [];
  for (let n = 1; ; n += 1) {
    const wait = analyseAgainAfterMs(times('unavailable', n), now);
    if (wait === null) break;
    waits.push(wait / MINUTE);
  }

  expect(waits.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 30, 30]);
  const hours = waits.reduce((sum, wait) => sum + wait, 0) / 60;
  expect(hours).toBeGreaterThan(20);
  expect(hours).toBeLessThan(26);
});

test('a budget is waited for until its next day, twice at the most', () => {
  expect(analyseAgainAfterMs(['over_budget'], now)).toBe(125 * MINUTE);
  expect(analyseAgainAfterMs(times('over_budget', 2), now)).toBe(125 * MINUTE);
  expect(analyseAgainAfterMs(times('over_budget', 3), now)).toBeNull();
});

test.each(['refusal', 'cut', 'unreadable', 'withheld', 'stopped'] as const)('%s: once more', (kind) => {
  expect(analyseAgainAfterMs([kind], now)).toBe(15 * MINUTE);
  expect(analyseAgainAfterMs([kind, kind], now)).toBeNull();
});

test('however it fails, in whatever order, it comes to an end', () => {
  const kinds = fc.constantFrom<FailureKind>('unavailable', 'over_budget', 'refusal', 'unreadable', 'cut');
  fc.assert(
    fc.property(fc.array(kinds, { minLength: 60, maxLength: 60 }), (failures) => {
      const ends = failures.map((_, index) => analyseAgainAfterMs(failures.slice(0, index + 1), now));

      expect(ends).toContain(null);
    }),
  );
});
