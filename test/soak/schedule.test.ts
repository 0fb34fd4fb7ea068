import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_TIMING } from '../../src/start/supervisor.js';
import { type PlannedKill, type Schedule, scheduleOf } from './schedule.js';

const issues = ['PAY-1', 'PAY-2', 'WEB-7'];
const options = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  kills: fc.integer({ min: 0, max: 120 }),
  deliveries: fc.integer({ min: 0, max: 500 }),
  issues: fc.constant(issues),
});
const sends = ({ deliveries }: Schedule) => deliveries.flatMap(({ sentAt }) => sentAt);

test('the same seed makes the same schedule, another seed another one', () => {
  fc.assert(
    fc.property(options, (given) => {
      expect(scheduleOf(given)).toEqual(scheduleOf({ ...given, issues: [...issues] }));
    }),
    { numRuns: 50 },
  );
  const sized = { kills: 9, deliveries: 100, issues };
  expect(scheduleOf({ seed: 1, ...sized })).not.toEqual(scheduleOf({ seed: 2, ...sized }));
});

test('what happens lies within its length, each delivery is distinct and is about a known issue', () => {
  fc.assert(
    fc.property(options, (given) => {
      const made = scheduleOf(given);
      const moments = [...made.deliveries, ...made.kills, ...made.faults].map(({ at }) => at);
      expect(moments.every((at) => at >= 0 && at < made.lengthMs)).toBe(true);
      expect(made.kills).toHaveLength(given.kills);
      expect(new Set(made.deliveries.map(({ id }) => id)).size).toBe(given.deliveries);
      expect(made.deliveries.every(({ key }) => issues.includes(key))).toBe(true);
      expect(made.deliveries.every(({ at, sentAt }) => sentAt.every((sent) => sent >= at))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('one delivery in five is sent twice, and one in ten after what happened later', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
      const deliveries = 10_000;
      const made = scheduleOf({ seed, kills: 50, deliveries, issues });
      const late = made.deliveries.filter(({ at, sentAt }) => sentAt[0] > at);
      expect(sends(made).length / deliveries).toBeGreaterThan(1.18);
      expect(sends(made).length / deliveries).toBeLessThan(1.22);
      expect(late.length / deliveries).toBeGreaterThan(0.085);
      expect(late.length / deliveries).toBeLessThan(0.115);
      // Deliveries come every 30 ms: half a second is late enough to be overtaken.
      expect(late.every(({ at, sentAt }) => sentAt[0] - at >= 500)).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test('no part dies so often that the supervisor gives up, and each is killed in turn', () => {
  fc.assert(
    fc.property(options, (given) => {
      const { kills } = scheduleOf(given);
      for (const victim of ['api', 'worker', 'temporal'] as const) {
        const deaths = kills.filter((kill) => kill.victim === victim).map(({ at }) => at);
        expect(deaths.length).toBeGreaterThanOrEqual(Math.floor(given.kills / 3));
        expect(tightest(deaths, DEFAULT_TIMING.deaths)).toBeGreaterThan(DEFAULT_TIMING.windowMs);
      }
      expect(isOrdered(kills)).toBe(true);
    }),
  );
});

/** The shortest time that holds so many of these moments. */
function tightest(moments: readonly number[], count: number): number {
  const spans = moments.slice(count - 1).map((at, index) => at - (moments[index] ?? 0));
  return Math.min(Number.POSITIVE_INFINITY, ...spans);
}

function isOrdered(kills: readonly PlannedKill[]): boolean {
  return kills.every(({ at }, index) => at >= (kills[index - 1]?.at ?? 0));
}
