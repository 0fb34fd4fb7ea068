/** Which due dates a team has to hear of, because they are over. Pure. */
import { isWorkingDay, localTime, WEEKDAYS, type WorkCalendar } from './work-calendar.js';

/** A week of work: as long as an agent that was away, or was just set up, looks back. What was overdue before is known, or forgotten. */
const WORKING_DAYS = 5;
/** Also where nobody works for longer. */
const MOST_DAYS = 30;
const DAY_MS = 86_400_000;

/** Due dates as `YYYY-MM-DD`: from the first on, and before the second, which is today. */
export interface PassedDues {
  readonly from: string;
  readonly before: string;
}

/** The due dates that are over on the team's wall, back to its fifth working day before today. The due day itself is not over. */
export function passedDues(at: Date, timezone: string, calendar: WorkCalendar | null): PassedDues {
  const before = localTime(at, timezone).date;
  let from = before;
  for (let days = 0, worked = 0; days < MOST_DAYS && worked < WORKING_DAYS; days += 1) {
    from = dayBefore(from);
    worked += calendar === null || isWorkingDay({ date: from, day: weekdayOf(from) }, calendar) ? 1 : 0;
  }
  return { from, before };
}

function dayBefore(date: string): string {
  return new Date(Date.parse(date) - DAY_MS).toISOString().slice(0, 10);
}

/** A date has one weekday, whatever the zone. */
function weekdayOf(date: string): (typeof WEEKDAYS)[number] {
  // Sunday is JavaScript's day 0, and the week's last one here.
  return WEEKDAYS.at(new Date(date).getUTCDay() - 1) ?? 'sun';
}
