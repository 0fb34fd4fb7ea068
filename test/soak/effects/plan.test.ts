import { describe, expect, test } from '@jest/globals';
import { SOAK_KINDS } from './kinds.js';
import { planCrashes, TOGETHER } from './plan.js';
import { POINTS } from './points.js';

const PAIRS = POINTS.length * SOAK_KINDS.length;

describe('the crashes of a soak of effects', () => {
  test('try every point with every kind before any comes again', () => {
    const first = planCrashes({ seed: 1, runs: PAIRS }).map(({ point, kind }) => `${point} ${kind}`);
    expect(new Set(first).size).toBe(PAIRS);
  });

  test('are within a hundred runs, which CI makes', () => {
    expect(PAIRS).toBeLessThanOrEqual(100);
  });

  test('can be reached: the effect that kills is one of the run', () => {
    for (const { kind, kinds, hit } of planCrashes({ seed: 2, runs: 500 })) {
      expect(kinds).toHaveLength(TOGETHER);
      expect(hit).toBeGreaterThanOrEqual(1);
      expect(kinds.filter((other) => other === kind).length).toBeGreaterThanOrEqual(hit);
    }
  });

  test('follow from the seed alone', () => {
    expect(planCrashes({ seed: 7, runs: 60 })).toEqual(planCrashes({ seed: 7, runs: 60 }));
    expect(planCrashes({ seed: 7, runs: 60 })).not.toEqual(planCrashes({ seed: 8, runs: 60 }));
  });
});
