import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sprintDay, teamNow } from '../../src/domain/team-now.js';
import type { WorkCalendar } from '../../src/domain/work-calendar.js';

const BERLIN: WorkCalendar = {
  timezone: 'Europe/Berlin',
  days: ['fri', 'mon', 'tue', 'wed', 'thu'],
  from: 9 * 60,
  to: 17 * 60,
  holidays: 'DE',
  blackout: [],
};
const berlin = { timezone: 'Europe/Berlin', calendar: BERLIN };

describe('now', () => {
  test('is told in the team’s zone, with weekday, offset and whether it works', () => {
    expect(teamNow(new Date('2026-11-23T10:00:31Z'), berlin)).toEqual({
      at: '2026-11-23T10:00Z',
      local: 'Monday 2026-11-23 11:00 Europe/Berlin (UTC+01:00)',
      working: 'until 17:00',
      hours: 'mon tue wed thu fri 09:00-17:00',
    });
  });

  test.each([
    [
      'in summer',
      '2026-07-01T21:30:00Z',
      'Europe/Berlin',
      'Wednesday 2026-07-01 23:30 Europe/Berlin (UTC+02:00)',
    ],
    [
      'on another day than in UTC',
      '2026-11-23T23:10:00Z',
      'Asia/Kathmandu',
      'Tuesday 2026-11-24 04:55 Asia/Kathmandu (UTC+05:45)',
    ],
    [
      'west of UTC',
      '2026-11-23T02:00:00Z',
      'America/St_Johns',
      'Sunday 2026-11-22 22:30 America/St_Johns (UTC-03:30)',
    ],
    ['in UTC', '2026-11-23T00:00:00Z', 'UTC', 'Monday 2026-11-23 00:00 UTC'],
  ])('is right %s', (_where, at, timezone, local) => {
    expect(teamNow(new Date(at), { timezone, calendar: null })).toEqual({ at: `${at.slice(0, 16)}Z`, local });
  });

  test.each([
    ['in the evening', '2026-11-23T17:30:00Z', 'not before Tuesday 2026-11-24 09:00'],
    ['before the weekend', '2026-11-27T16:00:00Z', 'not before Monday 2026-11-30 09:00'],
    ['on a holiday', '2026-12-25T10:00:00Z', 'not before Monday 2026-12-28 09:00'],
    ['in the last minute', '2026-11-23T15:59:59Z', 'until 17:00'],
  ])('says when the team works again: %s', (_when, at, working) => {
    expect(teamNow(new Date(at), berlin).working).toBe(working);
  });

  test('says so where the team never works', () => {
    const never = { timezone: 'UTC', calendar: { ...BERLIN, timezone: 'UTC', days: [] } };

    expect(teamNow(new Date('2026-11-23T10:00:00Z'), never).working).toBe('not in the next two months');
  });
});

describe('the day of a sprint', () => {
  const sprint = { startDate: '2026-11-16T08:00:00.000Z', endDate: '2026-11-27T16:00:00.000+01:00' };
  const everyDay = { timezone: 'Europe/Berlin', calendar: null };

  test.each([
    ['in its middle', '2026-11-18T10:00:00Z', 'working day 3 of 10'],
    ['at night, still of the day before in UTC', '2026-11-18T23:30:00Z', 'working day 4 of 10'],
    ['on a weekend', '2026-11-21T10:00:00Z', 'after working day 5 of 10'],
    ['on its last day', '2026-11-27T10:00:00Z', 'working day 10 of 10'],
    ['afterwards', '2026-11-28T10:00:00Z', 'was to end Friday 2026-11-27'],
    ['before it', '2026-11-15T10:00:00Z', 'begins Monday 2026-11-16, 10 working days'],
  ])('counts days on which the team works: %s', (_when, at, words) => {
    expect(sprintDay(new Date(at), sprint, berlin)).toBe(words);
  });

  test('leaves out holidays', () => {
    const christmas = { startDate: '2026-12-21T08:00:00Z', endDate: '2026-12-31T16:00:00Z' };

    expect(sprintDay(new Date('2026-12-28T10:00:00Z'), christmas, berlin)).toBe('working day 5 of 8');
  });

  test('counts all days where it is not known when the team works', () => {
    expect(sprintDay(new Date('2026-11-21T10:00:00Z'), sprint, everyDay)).toBe('day 6 of 12');
  });

  test.each([
    ['no dates', { startDate: '', endDate: 'soon' }],
    ['an end before its beginning', { startDate: sprint.endDate, endDate: sprint.startDate }],
    ['ten years', { startDate: '2020-01-01T00:00:00Z', endDate: '2030-01-01T00:00:00Z' }],
    ['weekends alone', { startDate: '2026-11-21T08:00:00Z', endDate: '2026-11-22T16:00:00Z' }],
  ])('is not told of a sprint with %s', (_what, dates) => {
    expect(sprintDay(new Date('2026-11-21T10:00:00Z'), dates, berlin)).toBeNull();
  });

  test('never goes back, and never beyond the last', () => {
    const within = fc.integer({
      min: Date.parse('2026-11-16T08:00:00Z'),
      max: Date.parse('2026-11-27T15:00:00Z'),
    });
    const dayAt = (at: number) =>
      Number(/day (\d+) of 10$/.exec(sprintDay(new Date(at), sprint, berlin) ?? '')?.[1]);
    fc.assert(
      fc.property(within, within, (one, other) => {
        const [early, late] = [dayAt(Math.min(one, other)), dayAt(Math.max(one, other))];
        expect(early).toBeGreaterThanOrEqual(1);
        expect(late).toBeGreaterThanOrEqual(early);
        expect(late).toBeLessThanOrEqual(10);
      }),
    );
  });
});
