import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { passedDues } from '../../src/domain/overdue.js';
import { isWorkingDay, WEEKDAYS } from '../../src/domain/work-calendar.js';
import { berlin, office } from '../support/calendars.js';

const at = (moment: string) => new Date(moment);
const DAY_MS = 86_400_000;

describe('the due dates that are over', () => {
  test('end before today, as the team has it', () => {
    const lateInTheEvening = at('2026-11-24T23:30:00Z');

    expect(passedDues(lateInTheEvening, 'UTC', null).before).toBe('2026-11-24');
    expect(passedDues(lateInTheEvening, 'Europe/Berlin', null).before).toBe('2026-11-25');
    expect(passedDues(lateInTheEvening, 'America/New_York', null).before).toBe('2026-11-24');
  });

  test('begin five working days before: a weekend is none', () => {
    // A Tuesday, and the Tuesday before.
    expect(passedDues(at('2026-11-24T10:00:00Z'), 'UTC', office)).toEqual({
      from: '2026-11-17',
      before: '2026-11-24',
    });
  });

  test('begin before holidays and a blackout, so that what was due right before them is told after', () => {
    const closed = { ...berlin, blackout: [['2026-12-24', '2027-01-03']] as const };

    // The first working day of the year; the last of the old one were 17, 18, 21, 22 and 23 December.
    expect(passedDues(at('2027-01-04T09:00:00Z'), 'Europe/Berlin', closed).from).toBe('2026-12-17');
  });

  test('begin five days before where no calendar says who works when', () => {
    expect(passedDues(at('2026-11-24T10:00:00Z'), 'UTC', null).from).toBe('2026-11-19');
  });

  test('never begin more than thirty days before, also where nobody works at all', () => {
    const idle = { ...office, days: [] };

    expect(passedDues(at('2026-11-24T10:00:00Z'), 'UTC', idle).from).toBe('2026-10-25');
  });

  test('hold at most five working days, whatever the calendar', () => {
    const days = fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 });
    const moment = fc.date({ min: at('2026-01-01'), max: at('2027-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, days, (now, worked) => {
        const calendar = { ...berlin, days: worked };
        const { from, before } = passedDues(now, calendar.timezone, calendar);
        const length = (Date.parse(before) - Date.parse(from)) / DAY_MS;
        const within = Array.from({ length }, (_none, index) => new Date(Date.parse(from) + index * DAY_MS));
        const working = within.filter((date) =>
          isWorkingDay(
            { date: date.toISOString().slice(0, 10), day: WEEKDAYS[(date.getUTCDay() + 6) % 7] ?? 'mon' },
            calendar,
          ),
        );

        expect(length).toBeGreaterThanOrEqual(5);
        expect(length).toBeLessThanOrEqual(30);
        expect(working.length).toBe(length < 30 ? 5 : Math.min(working.length, 5));
      }),
    );
  });

  /** Those whose clocks change, also at midnight or by half an hour, far from UTC on either side, and one without a quarter hour to it. */
  const ZONES = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/Santiago',
    'America/St_Johns',
    'Africa/Cairo',
    'Asia/Beirut',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
  ];
  const zone = fc.constantFrom(...ZONES);
  const anyMoment = fc.date({ min: at('2026-01-01'), max: at('2027-12-31'), noInvalidDate: true });

  test('end before the day that the wall shows, in every zone and on the days when clocks change', () => {
    fc.assert(
      fc.property(anyMoment, zone, (now, timezone) => {
        const onTheWall = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone }).format(now);

        const { from, before } = passedDues(now, timezone, null);

        expect(before).toBe(onTheWall);
        expect((Date.parse(before) - Date.parse(from)) / DAY_MS).toBe(5);
      }),
      { numRuns: 1_000 },
    );
  });

  test('never go back as time goes on, so that what was told is not told of another day', () => {
    const later = fc.integer({ min: 0, max: 72 * 60 });
    fc.assert(
      fc.property(anyMoment, later, zone, (now, minutes, timezone) => {
        const then = new Date(now.getTime() + minutes * 60_000);
        const [first, second] = [now, then].map((one) => passedDues(one, timezone, { ...office, timezone }));

        expect(second?.before.localeCompare(first?.before ?? '')).toBeGreaterThanOrEqual(0);
        expect(second?.from.localeCompare(first?.from ?? '')).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
