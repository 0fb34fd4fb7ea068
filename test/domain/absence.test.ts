import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { absencesIn, daysAfter, daysIn, daysOffIn, isDay } from '../../src/domain/absence.js';

const days = fc.integer({ min: 0, max: 20_000 }).map((n) => daysAfter('2000-01-01', n));

describe('days', () => {
  test.each([
    ['2026-02-28', true],
    ['2026-02-29', false],
    ['2028-02-29', true],
    ['2026-13-01', false],
    ['tomorrow', false],
    ['2026-1-1', false],
  ])('%s is one: %s', (text, answer) => {
    expect(isDay(text)).toBe(answer);
  });

  test('are counted with both ends, over every change of month and year', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 400 }), (first, more) => {
        expect(isDay(first)).toBe(true);
        expect(daysIn(first, daysAfter(first, more))).toBe(more + 1);
      }),
    );
  });
});

describe('absences in a span', () => {
  const absences = [
    { person: 'bo', from: '2026-12-28', to: '2027-01-08' },
    { person: 'ana', from: '2026-12-21', to: '2026-12-23' },
  ];

  test.each([
    ['ends on the first day of one', '2026-12-01', '2026-12-21', ['ana']],
    ['begins on the last day of one', '2027-01-08', '2027-01-31', ['bo']],
    ['lies between', '2026-12-24', '2026-12-27', []],
    ['covers all, earliest first', '2026-12-01', '2027-02-01', ['ana', 'bo']],
  ])('that %s', (_circumstance, first, last, people) => {
    expect(absencesIn(absences, first, last).map(({ person }) => person)).toEqual(people);
  });
});

test('days off are the holidays of the country and the blackout of the team', () => {
  const calendar = { holidays: 'DE', blackout: [['2026-12-24', '2026-12-25']] } as const;

  expect(daysOffIn(calendar, '2026-12-23', '2026-12-27')).toEqual([
    { date: '2026-12-24', why: 'blackout' },
    { date: '2026-12-25', why: 'holiday' },
    { date: '2026-12-26', why: 'holiday' },
  ]);
});
