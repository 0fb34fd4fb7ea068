/** The time as a prompt shows it: the team's, with the day of each sprint that runs. */
import type { ContextItem } from '../domain/context.js';
import { sprintDay, type TeamClock, type TeamNow, teamNow } from '../domain/team-now.js';

const BY_UTC: TeamClock = { timezone: 'UTC', calendar: null };

export interface ShownNow extends TeamNow {
  /** By the sprint's item; left out where none runs, or its dates are not known. */
  readonly sprints?: Readonly<Record<string, string>>;
}

/** @param readAt ISO 8601 UTC: what was read is as old, so that is when the question is asked from */
export function shownNow(readAt: string, items: readonly ContextItem[], clock: TeamClock = BY_UTC): ShownNow {
  const at = new Date(readAt);
  const days = items.flatMap(({ id, kind, data }) => {
    const { startDate, endDate, state } = data;
    const runs = kind === 'sprint' && state === 'active';
    const day =
      runs && typeof startDate === 'string' && typeof endDate === 'string'
        ? sprintDay(at, { startDate, endDate }, clock)
        : null;
    return day === null ? [] : [[id, day] as const];
  });
  return { ...teamNow(at, clock), ...(days.length === 0 ? {} : { sprints: Object.fromEntries(days) }) };
}
