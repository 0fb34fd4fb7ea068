import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { SOAK_KINDS, UNDOABLE_KINDS } from './kinds.js';
import { type PlannedCrash, planCrashes, surely, TOGETHER } from './plan.js';
import { POINTS } from './points.js';

const PAIRS = POINTS.length * (SOAK_KINDS.length + UNDOABLE_KINDS.length);

describe('the crashes of a soak of effects', () => {
  test('try every point with every kind, and with what takes it back, before any comes again', () => {
    const crashes = planCrashes({ seed: 1, runs: PAIRS });
    const first = crashes.map(({ what, point, kind }) => `${what} ${point} ${kind}`);
    expect(new Set(first).size).toBe(PAIRS);
  });

  test('that CI makes try every point and every kind, with effects and with what takes them back', () => {
    const script = readFileSync(new URL('../../../.ci/run', import.meta.url), 'utf8');
    const [, runs, seed] = /soak -- --effects --runs (\d+) --seed (\d+)/.exec(script) ?? [];
    const crashes = planCrashes({ seed: Number(seed), runs: Number(runs) });
    const tried = (what: PlannedCrash['what'], of: 'point' | 'kind') =>
      new Set(crashes.filter((crash) => crash.what === what).map((crash) => crash[of]));
    expect(tried('do', 'point')).toEqual(new Set(POINTS));
    expect(tried('undo', 'point')).toEqual(new Set(POINTS));
    expect(tried('do', 'kind')).toEqual(new Set(SOAK_KINDS));
    expect(tried('undo', 'kind')).toEqual(new Set(UNDOABLE_KINDS));
  });

  test('kill the first effect at the point, under another name, where the planned one never came there', () => {
    const crashes = planCrashes({ seed: 3, runs: 500 });
    const again = crashes.map((crash: PlannedCrash) => surely(crash));
    expect(again.every(({ hit, faults }) => hit === 1 && faults.length === 0)).toBe(true);
    expect(new Set([...crashes, ...again].map(({ n }) => n)).size).toBe(1_000);
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
