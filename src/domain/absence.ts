/** Who of a team does not work when, as pm-agent.yaml says it. */
import { isHoliday } from './holidays.js';
import type { WorkCalendar } from './work-calendar.js';

/** First and last day, `YYYY-MM-DD` in the team's time zone, both without work. */
export interface Absence {
  /** Id in `people`. */
  readonly person: string;
  readonly from: string;
  readonly to: string;
}

/** A day on which nobody of the team works, whatever weekday it is. */
export interface DayOff {
  readonly date: string;
  readonly why: 'holiday' | 'blackout';
}

const DAY_MS = 86_400_000;

/** Those that overlap with these days, in the order of their first day. */
export function absencesIn(absences: readonly Absence[], first: string, last: string): readonly Absence[] {
  return absences
    .filter(({ from, to }) => from <= last && to >= first)
    .toSorted((one, other) => (one.from < other.from ? -1 : one.from > other.from ? 1 : 0));
}

export function daysOffIn(
  { holidays, blackout }: Pick<WorkCalendar, 'holidays' | 'blackout'>,
  first: string,
  last: string,
): readonly DayOff[] {
  return daysFrom(first, last).flatMap((date): readonly DayOff[] => {
    if (holidays !== null && isHoliday(date, holidays)) {
      return [{ date, why: 'holiday' }];
    }
    return blackout.some(([from, to]) => date >= from && date <= to) ? [{ date, why: 'blackout' }] : [];
  });
}

/** @param date `YYYY-MM-DD` */
export function daysAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days a span has, both ends counted; 0 or less where it ends before it begins. */
export function daysIn(first: string, last: string): number {
  return (Date.parse(`${last}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / DAY_MS + 1;
}

/** Is there such a day? `2026-02-30` is none. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && daysAfter(text, 0) === text;
}

function daysFrom(first: string, last: string): readonly string[] {
  return Array.from({ length: Math.max(0, daysIn(first, last)) }, (_, days) => daysAfter(first, days));
}
