import type { Absence } from '../domain/absence.js';
import { HOLIDAY_COUNTRIES, type HolidayCountry } from '../domain/holidays.js';
import type { WorkCalendar } from '../domain/work-calendar.js';
import type { ParsedAgentFile } from './agent-file-schema.js';

type FileTeam = ParsedAgentFile['teams'][number];

/** The calendar that holds for a team; null where the file gives it none: then every hour is as good as another. */
export function calendarFromFile({ calendar, timezone }: FileTeam): WorkCalendar | null {
  if (calendar === undefined) {
    return null;
  }
  const [from = '', to = ''] = calendar.hours.split('-');
  return {
    timezone,
    days: calendar.days,
    from: minutesOf(from),
    to: minutesOf(to),
    holidays: isKnown(calendar.holidays) ? calendar.holidays : null,
    blackout: calendar.blackout.map((range) => {
      const [first = range, last = first] = range.split('/');
      return [first, last] as const;
    }),
  };
}

/** Who of the team is away; one day where the file names no last one. */
export function awayFromFile({ calendar }: FileTeam): readonly Absence[] {
  return (calendar?.away ?? []).map(({ person, from, to = from }) => ({ person, from, to }));
}

/** Sentences about holidays that this version does not know. */
export function calendarWarnings(teams: readonly FileTeam[]): readonly string[] {
  return teams.flatMap(({ id, calendar }) =>
    calendar === undefined || calendar.holidays === null || isKnown(calendar.holidays)
      ? []
      : [
          `team "${id}": the holidays of ${calendar.holidays} are not known (known: ${HOLIDAY_COUNTRIES.join(', ')}), so none are kept; list them under calendar.blackout`,
        ],
  );
}

function isKnown(country: string | null): country is HolidayCountry {
  return HOLIDAY_COUNTRIES.some((known) => known === country);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
