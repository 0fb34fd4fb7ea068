import type { ContextFacts } from '../domain/context.js';
import type { PmEvent } from '../domain/event.js';
import type { TeamSettings } from './dependencies.js';

/** The team that an event belongs to: by project, repository, channel or board; the only one where there is just one. */
export function teamOf(
  event: PmEvent,
  facts: ContextFacts | null,
  teams: readonly TeamSettings[],
): TeamSettings | null {
  const places = [event.project, facts?.issue?.projectKey, facts?.pullRequest?.repository].filter(
    (place) => place !== null && place !== undefined,
  );
  const board = 'sprint' in event ? event.sprint.boardId : null;
  const owner = teams.find(
    (team) =>
      places.some((place) => placesOf(team).includes(place)) || (board !== null && team.jiraBoard === board),
  );
  return owner ?? (teams.length === 1 ? (teams[0] ?? null) : null);
}

function placesOf(team: TeamSettings): readonly string[] {
  return [
    ...team.jiraProjects,
    ...team.repositories,
    ...(team.slackChannel === null ? [] : [team.slackChannel]),
  ];
}

/**
 * May an issue of this project be read because a text named its key? Where teams name projects, only a team's own: else anybody could have a foreign ticket read out in a channel by naming it.
 */
export function mayReadProject(projectKey: string, event: PmEvent, teams: readonly TeamSettings[]): boolean {
  if (teams.every((team) => team.jiraProjects.length === 0)) {
    return true;
  }
  const team = teamOf(event, null, teams);
  const projects = team === null ? teams.flatMap((one) => one.jiraProjects) : team.jiraProjects;
  return projects.includes(projectKey);
}
