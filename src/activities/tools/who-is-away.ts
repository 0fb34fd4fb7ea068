/** Who of the trigger's team does not work when: what pm-agent.yaml says, and no other team's. */
import { absencesIn, daysAfter, daysIn, daysOffIn } from '../../domain/absence.js';
import type { Person } from '../../domain/approval.js';
import { localTime, type WorkCalendar } from '../../domain/work-calendar.js';
import type { TeamSettings } from '../dependencies.js';
import type { Tool, ToolUse } from './tool.js';

/** Days after the first, where the model names no last one. */
const USUAL = 13;
const LONGEST = 62;
const SOURCE = 'pm-agent.yaml';

export const whoIsAwayTool: Tool<'who_is_away'> = async ({ from, to }, use) => {
  const { team } = use.scope;
  if (team === null) {
    return 'it is not known which team this event belongs to, so nobody is known to be away or not';
  }
  const today = localTime(use.deps.clock(), team.timezone ?? 'UTC').date;
  const first = from ?? today;
  const last = to ?? daysAfter(first, USUAL);
  const days = daysIn(first, last);
  if (days < 1 || days > LONGEST) {
    return `${first} to ${last} is no span of 1 to ${LONGEST} days`;
  }
  addAnswer(use, team, { today, first, last });
  return null;
};

interface Span {
  readonly today: string;
  readonly first: string;
  readonly last: string;
}

function addAnswer({ deps, sources: { collector } }: ToolUse, team: TeamSettings, span: Span): void {
  const { today, first, last } = span;
  const absences = absencesIn(team.away ?? [], first, last);
  const isAway = ({ id }: Person) => absences.some(({ person }) => person === id);
  const people = deps.people.filter((one) => team.members?.includes(one.id) === true || isAway(one));
  collector.add('calendar', 'calendar', SOURCE, {
    team: team.id,
    today,
    from: first,
    to: last,
    ...hoursOf(team.calendar ?? null, span),
    notKnownToBeAway: people.filter((one) => !isAway(one)).map(({ name }) => name),
  });
  for (const { id, name, jira, bitbucket, slack } of people.filter(isAway)) {
    const away = absences.filter(({ person }) => person === id).map(({ from, to }) => ({ from, to }));
    collector.add('person', `away-${id}`, SOURCE, { name, jira, bitbucket, slack, away });
  }
  collector.leaveOut('absences that do not stand in pm-agent.yaml (teams.calendar.away)');
}

function hoursOf(calendar: WorkCalendar | null, { first, last }: Span) {
  return calendar === null
    ? {}
    : {
        timezone: calendar.timezone,
        workingDays: calendar.days,
        hours: `${clockTime(calendar.from)}-${clockTime(calendar.to)}`,
        daysOff: daysOffIn(calendar, first, last),
      };
}

function clockTime(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${hours}:${rest}`;
}
