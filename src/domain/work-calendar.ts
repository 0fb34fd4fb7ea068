/** When a team works, in its own time zone: what quiet hours, reminders and rules by time of day go by. */
import { type HolidayCountry, isHoliday } from './holidays.js';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Only JSON: it stands in histories. */
export interface WorkCalendar {
  readonly timezone: string;
  readonly days: readonly Weekday[];
  /** Minutes since midnight; work ends before `to`. */
  readonly from: number;
  readonly to: number;
  /** Null: none are kept. */
  readonly holidays: HolidayCountry | null;
  /** First and last day, `YYYY-MM-DD`, both without work. */
  readonly blackout: readonly (readonly [string, string])[];
}

/** What a clock on the team's wall shows. */
export interface LocalTime {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly day: Weekday;
  readonly minute: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const MINUTES_A_DAY = 24 * 60;
/** Longer than any blackout that somebody would wait through. */
const LOOK_AHEAD_HOURS = 24 * 60;

/** Making one takes longer than a thousand readings of it. */
const wallClocks = new Map<string, Intl.DateTimeFormat>();

function wallClock(timezone: string): Intl.DateTimeFormat {
  const known = wallClocks.get(timezone);
  if (known !== undefined) {
    return known;
  }
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  wallClocks.set(timezone, made);
  return made;
}

export function localTime(at: Date, timezone: string): LocalTime {
  const parts = wallClock(timezone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    day: part('weekday').toLowerCase() as Weekday,
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  };
}

export function isWorkingTime(at: Date, calendar: WorkCalendar): boolean {
  const { minute, ...today } = localTime(at, calendar.timezone);
  return minute >= calendar.from && minute < calendar.to && isWorkingDay(today, calendar);
}

export function isWorkingDay(
  { date, day }: Pick<LocalTime, 'date' | 'day'>,
  { days, blackout, holidays }: WorkCalendar,
): boolean {
  return (
    days.includes(day) &&
    !blackout.some(([first, last]) => date >= first && date <= last) &&
    !(holidays !== null && isHoliday(date, holidays))
  );
}

/** This moment where the team works then, else the next one (to the minute) in which it does. A team that never works is not waited for. */
export function nextWorkingTime(at: Date, calendar: WorkCalendar): Date {
  if (isWorkingTime(at, calendar)) {
    return at;
  }
  const start = Math.ceil(at.getTime() / MINUTE_MS) * MINUTE_MS;
  // It can be the first minute of just one hour, or the only one that a change of the clocks repeats.
  if (isWorkingTime(new Date(start), calendar)) {
    return new Date(start);
  }
  for (let hour = 0; hour < LOOK_AHEAD_HOURS; hour += 1) {
    const end = new Date(start + (hour + 1) * HOUR_MS);
    const found = isWorkingTime(end, calendar) || hasWork(start + hour * HOUR_MS, calendar);
    if (found) {
      return firstIn(start + hour * HOUR_MS, calendar) ?? end;
    }
  }
  return at;
}

/** Work of less than an hour begins and ends between two looks; so does what a change of the clocks leaves of longer work. */
function hasWork(hourStart: number, calendar: WorkCalendar): boolean {
  const mayHide =
    calendar.to - calendar.from < 60 || clocksChange(hourStart, hourStart + HOUR_MS, calendar.timezone);
  return mayHide && firstIn(hourStart, calendar) !== null;
}

/** Do the clocks on the wall show another time between these two moments (milliseconds since the epoch, less than a day) than went by? */
export function clocksChange(from: number, to: number, timezone: string): boolean {
  const [before, after] = [from, to].map((at) => localTime(new Date(at), timezone).minute) as [
    number,
    number,
  ];
  const shown = (after - before + MINUTES_A_DAY) % MINUTES_A_DAY;
  return shown !== Math.floor(to / MINUTE_MS) - Math.floor(from / MINUTE_MS);
}

function firstIn(hourStart: number, calendar: WorkCalendar): Date | null {
  for (let minute = 0; minute < 60; minute += 1) {
    const moment = new Date(hourStart + minute * MINUTE_MS);
    if (isWorkingTime(moment, calendar)) {
      return moment;
    }
  }
  return null;
}
