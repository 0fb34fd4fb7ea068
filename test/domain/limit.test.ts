import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HOUR_MS, limitSentence, overLimit, subjectScope } from '../../src/domain/limit.js';

const scope = subjectScope('jira:PAY-1');
const at = (minutes: number) => new Date(Date.parse('2026-11-23T10:00:00Z') + minutes * 60_000).toISOString();

describe('a limit of two in an hour', () => {
  test.each([
    ['none so far', []],
    ['one so far', [at(-1)]],
    ['two, one of them an hour ago', [at(-60), at(-1)]],
  ])('leaves room with %s', (_what, times) => {
    expect(overLimit(scope, times, 2, at(0))).toBeNull();
  });

  test('is reached with two, and says when the next may go', () => {
    const over = overLimit(scope, [at(-1), at(-59)], 2, at(0));

    expect(over).toEqual({ scope, limit: 2, count: 2, since: at(-59), freesAt: at(1) });
    expect(over && limitSentence(over)).toBe(
      `the breaker is open: 2 actions on jira:PAY-1 since ${at(-59)}, and limits.actionsPerSubjectPerHour allows 2; the next may go at ${at(1)}`,
    );
  });

  test('that three have passed already (people approved one) frees when only one is left', () => {
    expect(overLimit(scope, [at(-50), at(-40), at(-30)], 2, at(0))).toMatchObject({
      count: 3,
      freesAt: at(20),
    });
  });
});

test('who acts only while there is room never acts more often than the limit in any hour', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 40 * 60_000 }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 6 }), (waits, limit) => {
      let now = Date.parse('2026-11-23T10:00:00Z');
      const done: string[] = [];
      for (const wait of waits) {
        now += wait;
        const time = new Date(now).toISOString();
        const over = overLimit(scope, done, limit, time);
        if (over === null) {
          done.push(time);
        } else {
          expect(Date.parse(over.freesAt)).toBeGreaterThan(now);
          expect(overLimit(scope, done, limit, over.freesAt)).toBeNull();
        }
      }

      for (const time of done) {
        const end = Date.parse(time);
        const inHour = done.filter((other) => Date.parse(other) > end - HOUR_MS && Date.parse(other) <= end);
        expect(inHour.length).toBeLessThanOrEqual(limit);
      }
    }),
  );
});
