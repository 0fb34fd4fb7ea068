/** What time it is for a team, in words that leave no zone, weekday or working day to be worked out. Pure. */
import {
  isWorkingDay,
  isWorkingTime,
  type LocalTime,
  localTime,
  nextWorkingTime,
  WEEKDAYS,
  type Weekday,
  type WorkCalendar,
} from './work-calendar.js';

export interface TeamClock {
  /** IANA. */
  readonly timezone: string;
  /** Null: it is not known when the team works. */
  readonly calendar: WorkCalendar | null;
}

export interface TeamNow {
  /** ISO 8601 UTC, to the minute. */
  readonly at: string;
  /** "Monday 2026-11-23 11:00 Europe/Berlin (UTC+01:00)" */
  readonly local: string;
  /** "until 17:00", or "not before Tuesday 2026-11-24 09:00"; left out where it is not known when the team works. */
  readonly working?: string;
  /** "mon tue wed thu fri 09:00-17:00"; left out likewise. */
  readonly hours?: string;
}

const MINUTE_MS = 60_000;

const NAMES: { readonly [D in Weekday]: string } = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

export function teamNow(at: Date, { timezone, calendar }: TeamClock): TeamNow {
  const offset = offsetOf(at, timezone);
  return {
    at: `${at.toISOString().slice(0, 16)}Z`,
    local: `${onTheWall(localTime(at, timezone))} ${offset === 'UTC' ? offset : `${timezone} (${offset})`}`,
    ...(calendar === null ? {} : { working: workingWords(at, calendar), hours: hoursWords(calendar) }),
  };
}

function onTheWall({ date, day, minute }: LocalTime): string {
  return `${NAMES[day]} ${date} ${clock(minute)}`;
}

/** `09:05`; `24:00` for the end of a day. */
function clock(minute: number): string {
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `UTC+01:00`, and `UTC` where it is none. */
function offsetOf(at: Date, timezone: string): string {
  const { date, minute } = localTime(at, timezone);
  const shown = Date.parse(`${date}T00:00:00Z`) + minute * MINUTE_MS;
  const minutes = Math.round((shown - Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS) / MINUTE_MS);
  return minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '-' : '+'}${clock(Math.abs(minutes))}`;
}

function workingWords(at: Date, calendar: WorkCalendar): string {
  if (isWorkingTime(at, calendar)) {
    return `until ${clock(calendar.to)}`;
  }
  const next = nextWorkingTime(at, calendar);
  return isWorkingTime(next, calendar)
    ? `not before ${onTheWall(localTime(next, calendar.timezone))}`
    : 'not in the next two months';
}

function hoursWords({ days, from, to }: WorkCalendar): string {
  return `${WEEKDAYS.filter((day) => days.includes(day)).join(' ')} ${clock(from)}-${clock(to)}`;
}

/** Longer than any sprint: dates that are further apart are a slip of the pen. */
const LONGEST_SPRINT_DAYS = 120;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * "working day 3 of 10" of a sprint, by the days on which the team works, or "day 3 of 14" where those are not known. Null where its dates
 * tell no such thing.
 * @param sprint first and last moment, ISO 8601
 */
export function sprintDay(
  at: Date,
  sprint: { readonly startDate: string; readonly endDate: string },
  { timezone, calendar }: TeamClock,
): string | null {
  const [start, end] = [new Date(sprint.startDate), new Date(sprint.endDate)];
  if (Number.isNaN(start.getTime()) || Number.isNaN(end.getTime())) {
    return null;
  }
  const today = localTime(at, timezone).date;
  const days = daysBetween(localTime(start, timezone).date, localTime(end, timezone).date)?.filter(
    (one) => calendar === null || isWorkingDay(one, calendar),
  );
  if (days === undefined || days.length === 0) {
    return null;
  }
  const unit = calendar === null ? 'day' : 'working day';
  if (at < start) {
    return `begins ${dayWords(localTime(start, timezone))}, ${days.length} ${unit}s`;
  }
  if (at > end) {
    return `was to end ${dayWords(localTime(end, timezone))}`;
  }
  const gone = days.filter(({ date }) => date <= today).length;
  const isCounted = days.some(({ date }) => date === today);
  return `${isCounted ? '' : 'after '}${unit} ${gone} of ${days.length}`;
}

function dayWords({ date, day }: Pick<LocalTime, 'date' | 'day'>): string {
  return `${NAMES[day]} ${date}`;
}

/** Both included, by the calendar alone: no clock changes between two of them. Null where they are no span of a sprint. */
function daysBetween(first: string, last: string): readonly Pick<LocalTime, 'date' | 'day'>[] | undefined {
  const [from, to] = [Date.parse(`${first}T00:00:00Z`), Date.parse(`${last}T00:00:00Z`)];
  const count = (to - from) / DAY_MS + 1;
  if (!(count >= 1 && count <= LONGEST_SPRINT_DAYS)) {
    return undefined;
  }
  return Array.from({ length: count }, (_, n) => {
    const day = new Date(from + n * DAY_MS);
    return { date: day.toISOString().slice(0, 10), day: WEEKDAYS[(day.getUTCDay() + 6) % 7] as Weekday };
  });
}
