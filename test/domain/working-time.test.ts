import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isWorkingTime, type WorkCalendar } from '../../src/domain/work-calendar.js';
import { workedMs, workSpans } from '../../src/domain/working-time.js';
import { berlin } from '../support/calendars.js';

const HOUR = 3_600_000;
const worked = (from: string, to: string, calendar = berlin) => {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return workedMs(workSpans(calendar, start, end), start, end) / HOUR;
};

describe('working time', () => {
  test.each<[string, string, string, number]>([
    ['within a day', '2026-11-23T08:30:00Z', '2026-11-23T09:00:00Z', 0.5],
    ['over a night', '2026-11-23T15:00:00Z', '2026-11-24T09:00:00Z', 2],
    ['over a weekend', '2026-11-20T15:30:00Z', '2026-11-23T08:15:00Z', 0.75],
    ['over Good Friday and Easter Monday', '2026-04-02T13:00:00Z', '2026-04-07T08:00:00Z', 3],
    ['in the night', '2026-11-23T20:00:00Z', '2026-11-24T03:00:00Z', 0],
    ['of a week', '2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z', 40],
    ['of the week in which the clocks go back', '2026-10-19T00:00:00Z', '2026-10-26T12:00:00Z', 44],
  ])('%s', (_name, from, to, hours) => {
    expect(worked(from, to)).toBe(hours);
  });

  test('leaves out what the team blacked out, and finds work of a quarter of an hour', () => {
    expect(
      worked('2026-11-23T00:00:00Z', '2026-11-25T00:00:00Z', {
        ...berlin,
        blackout: [['2026-11-24', '2026-11-24']],
      }),
    ).toBe(8);
    expect(worked('2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z', { ...berlin, from: 607, to: 622 })).toBe(
      1.25,
    );
  });

  test('is what counting minute by minute finds', () => {
    const MINUTE = 60_000;
    const start = Date.parse('2026-03-26T00:00:00Z');
    const minutes = fc.integer({ min: 0, max: 6 * 24 * 60 });
    fc.assert(
      fc.property(minutes, minutes, (one, other) => {
        const [from, to] = [start + Math.min(one, other) * MINUTE, start + Math.max(one, other) * MINUTE];
        let counted = 0;
        for (let at = from; at < to; at += MINUTE) {
          counted += isWorkingTime(new Date(at), berlin) ? MINUTE : 0;
        }

        expect(workedMs(workSpans(berlin, from, to), from, to)).toBe(counted);
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    ['Europe/Berlin', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z'],
    ['America/New_York', '2026-11-01T06:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
    ['Asia/Kathmandu', '2026-03-28T18:15:00Z'],
  ])(
    'also of work in the night in which the clocks change in %s (%s), and of rest of some minutes',
    (timezone, change) => {
      const MINUTE = 60_000;
      const night = fc.tuple(fc.integer({ min: 0, max: 6 * 60 }), fc.integer({ min: 1, max: 5 * 60 }));
      const allDay = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1_380, max: 1_420 }));
      const hours = fc.oneof(night, allDay);
      fc.assert(
        fc.property(hours, fc.integer({ min: 0, max: 59 }), ([begin, length], offset) => {
          const calendar: WorkCalendar = {
            ...berlin,
            timezone,
            days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
            holidays: null,
            from: begin,
            to: Math.min(1_440, begin + length),
          };
          const from = Date.parse(change) + (offset - 12 * 60) * MINUTE;
          const to = from + 24 * 60 * MINUTE;
          const worked: number[] = [];
          for (let at = from; at < to; at += MINUTE) {
            worked.push(isWorkingTime(new Date(at), calendar) ? at : 0);
          }

          const spans = workSpans(calendar, from, to);

          const inSpans = worked.map((_, n) => {
            const at = from + n * MINUTE;
            return spans.some(([start, end]) => at >= start && at < end) ? at : 0;
          });
          expect(inSpans).toEqual(worked);
        }),
        { numRuns: 25 },
      );
    },
  );
});
