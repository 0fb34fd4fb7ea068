import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HOLIDAY_COUNTRIES, isHoliday } from '../../src/domain/holidays.js';
import {
  isWorkingTime,
  localTime,
  nextWorkingTime,
  WEEKDAYS,
  type WorkCalendar,
} from '../../src/domain/work-calendar.js';

const berlin: WorkCalendar = {
  timezone: 'Europe/Berlin',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: 9 * 60,
  to: 17 * 60,
  holidays: 'DE',
  blackout: [['2026-12-24', '2027-01-01']],
};
/** The clocks of Kathmandu, a quarter of an hour off the others', never change. */
const CHANGES = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['Asia/Kathmandu', '2026-03-28T18:15:00Z'],
] as const;
const at = (iso: string) => new Date(iso);
const next = (iso: string, calendar = berlin) => nextWorkingTime(at(iso), calendar).toISOString();

describe('working time', () => {
  test.each([
    ['2026-11-30T08:00:00Z', true, 'Monday, nine o’clock in Berlin'],
    ['2026-11-30T07:59:59Z', false, 'before nine'],
    ['2026-11-30T16:00:00Z', false, 'five o’clock is the end'],
    ['2026-11-29T10:00:00Z', false, 'a Sunday'],
    ['2026-07-01T07:00:00Z', true, 'nine o’clock in summer'],
    ['2026-10-03T08:00:00Z', false, 'a Saturday that is a holiday, too'],
    ['2026-05-14T08:00:00Z', false, 'Ascension'],
    ['2026-12-29T10:00:00Z', false, 'in the blackout'],
  ])('%s: %s, %s', (iso, works) => {
    expect(isWorkingTime(at(iso), berlin)).toBe(works);
  });

  test('what falls outside waits for the next morning, also over a weekend, a holiday and a blackout', () => {
    expect(next('2026-11-30T10:00:00.000Z')).toBe('2026-11-30T10:00:00.000Z');
    expect(next('2026-11-30T18:30:00.000Z')).toBe('2026-12-01T08:00:00.000Z');
    expect(next('2026-12-04T16:00:00.000Z')).toBe('2026-12-07T08:00:00.000Z');
    expect(next('2026-04-02T18:00:00.000Z')).toBe('2026-04-07T07:00:00.000Z');
    expect(next('2026-12-23T17:00:00.000Z')).toBe('2027-01-04T08:00:00.000Z');
  });

  test('a morning after the clocks changed is nine o’clock on the wall', () => {
    expect(next('2026-03-27T18:00:00.000Z')).toBe('2026-03-30T07:00:00.000Z');
    expect(next('2026-10-23T18:00:00.000Z')).toBe('2026-10-26T08:00:00.000Z');
  });

  test('a team that never works is not waited for', () => {
    expect(next('2026-11-30T18:30:00.000Z', { ...berlin, days: [] })).toBe('2026-11-30T18:30:00.000Z');
  });

  test('the next working moment works, is not earlier, and no whole minute before it would do', () => {
    const calendars = fc.record({
      timezone: fc.constantFrom(
        'Europe/Berlin',
        'America/New_York',
        'Asia/Kolkata',
        'Pacific/Auckland',
        'UTC',
      ),
      days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
      from: fc.integer({ min: 0, max: 1_380 }),
      holidays: fc.constantFrom(null, ...HOLIDAY_COUNTRIES),
    });
    const moments = fc.date({
      min: at('2025-01-01T00:00:00Z'),
      max: at('2030-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(calendars, fc.integer({ min: 10, max: 600 }), moments, (given, length, moment) => {
        const calendar = { ...given, to: Math.min(given.from + length, 1_440), blackout: [] };

        const found = nextWorkingTime(moment, calendar);

        expect(isWorkingTime(found, calendar)).toBe(true);
        expect(found.getTime()).toBeGreaterThanOrEqual(moment.getTime());
        const before = new Date(found.getTime() - 60_000);
        expect(before.getTime() < moment.getTime() || !isWorkingTime(before, calendar)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    [
      'the first minute of a single hour of work',
      'UTC',
      [9 * 60, 10 * 60],
      '2026-11-23T08:59:30Z',
      '2026-11-23T09:00:00Z',
    ],
    [
      'a minute that the clocks show once more',
      'Europe/Berlin',
      [0, 121],
      '2026-10-25T00:59:00.001Z',
      '2026-10-25T01:00:00Z',
    ],
  ])('%s is found', (_what, timezone, [from, to], at, next) => {
    const calendar = { timezone, days: WEEKDAYS, from, to, holidays: null, blackout: [] } as WorkCalendar;

    expect(nextWorkingTime(new Date(at), calendar)).toEqual(new Date(next));
  });

  test.each(CHANGES)(
    'around a change of the clocks in %s (%s) nothing of the work is missed, and asking again changes nothing',
    (timezone, change) => {
      const work = fc.record({
        from: fc.integer({ min: 0, max: 6 * 60 }),
        length: fc.integer({ min: 1, max: 5 * 60 }),
        days: fc.subarray([...WEEKDAYS], { minLength: 6 }),
      });
      const minutes = fc.integer({ min: -36 * 60, max: 12 * 60 });
      fc.assert(
        fc.property(
          work,
          minutes,
          fc.integer({ min: 0, max: 59_999 }),
          ({ from, length, days }, away, rest) => {
            const calendar: WorkCalendar = {
              timezone,
              days,
              from,
              to: from + length,
              holidays: null,
              blackout: [],
            };
            const moment = new Date(Date.parse(change) + away * 60_000 + rest);

            const found = nextWorkingTime(moment, calendar);

            expect(isWorkingTime(found, calendar)).toBe(true);
            expect(found.getTime()).toBeGreaterThanOrEqual(moment.getTime());
            expect(nextWorkingTime(found, calendar)).toEqual(found);
            let minute = moment.getTime();
            while (minute < found.getTime() && !isWorkingTime(new Date(minute), calendar)) {
              minute = (Math.floor(minute / 60_000) + 1) * 60_000;
            }
            expect(new Date(minute)).toEqual(found);
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  test('a team without a working day, or that is away for longer than anybody waits, is not waited for', () => {
    const never = fc.constantFrom<Partial<WorkCalendar>>(
      { days: [] },
      { to: berlin.from },
      { blackout: [['2026-01-01', '2027-12-31']] },
    );
    fc.assert(
      fc.property(
        never,
        fc.date({ min: at('2026-01-01'), max: at('2027-06-01'), noInvalidDate: true }),
        (given, moment) => {
          expect(nextWorkingTime(moment, { ...berlin, ...given })).toEqual(moment);
        },
      ),
      { numRuns: 10 },
    );
  });

  test('local time is that of the zone', () => {
    expect(localTime(at('2026-01-01T00:30:00Z'), 'America/New_York')).toEqual({
      date: '2025-12-31',
      day: 'wed',
      minute: 19 * 60 + 30,
    });
  });
});

describe('holidays', () => {
  test.each([
    ['DE', '2026-04-03', 'Good Friday'],
    ['DE', '2026-05-25', 'Whit Monday'],
    ['AT', '2026-06-04', 'Corpus Christi'],
    ['FR', '2026-07-14', 'the fourteenth of July'],
    ['NL', '2026-04-27', 'the king’s day'],
    ['CH', '2026-08-01', 'the national day'],
    ['GB', '2026-05-04', 'the early May bank holiday'],
    ['GB', '2026-12-28', 'Boxing Day, which is a Saturday'],
    ['GB', '2022-01-03', 'New Year, which is a Saturday'],
    ['US', '2026-11-26', 'Thanksgiving'],
    ['US', '2026-07-03', 'Independence Day, which is a Saturday'],
    ['US', '2021-12-31', 'the New Year of 2022, which is a Saturday'],
    ['US', '2026-05-25', 'Memorial Day'],
    ['US', '2026-07-04', 'Independence Day, for who works on Saturdays'],
    ['GB', '2027-12-25', 'Christmas, for who works on Saturdays'],
    ['NL', '2031-04-26', 'the king’s day where the 27th is a Sunday'],
  ] as const)('%s %s is %s', (...[country, date]) => {
    expect(isHoliday(date, country)).toBe(true);
  });

  test('other days are not', () => {
    expect(isHoliday('2026-04-02', 'DE')).toBe(false);
    expect(isHoliday('2026-11-27', 'US')).toBe(false);
    expect(isHoliday('2026-10-03', 'GB')).toBe(false);
    expect(isHoliday('2031-04-27', 'NL')).toBe(false);
  });
});
