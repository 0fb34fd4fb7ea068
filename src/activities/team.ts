import type { Groups, Person } from '../domain/approval.js';
import type { ContextFacts } from '../domain/context.js';
import type { PmEvent } from '../domain/event.js';
import type { ActivityDeps, TeamSettings } from './dependencies.js';

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

/** The people of a team whom Slack knows: its members, and those who are told when somebody has to step in. */
export function teammatesOf(
  team: TeamSettings | null,
  people: readonly Person[],
  groups: Groups = {},
): readonly { readonly id: string; readonly name: string }[] {
  const ids = team === null ? [] : [...(groups[team.id] ?? []), team.lead, team.backup];
  return people.flatMap(({ id, name, slack }) =>
    slack !== null && ids.includes(id) ? [{ id: slack, name }] : [],
  );
}

/** Keys of the projects that the teams work in; none where no team names one. */
export function projectsOf(teams: readonly TeamSettings[]): readonly string[] {
  return teams.flatMap(({ jiraProjects }) => jiraProjects);
}

/**
 * May an issue of this project be read because a text named its key? Where teams name projects, only a team's own: else anybody could have a foreign ticket read out in a channel by naming it.
 */
export function mayReadProject(projectKey: string, event: PmEvent, teams: readonly TeamSettings[]): boolean {
  if (teams.every((team) => team.jiraProjects.length === 0)) {
    return true;
  }
  const team = teamOf(event, null, teams);
  const projects = team === null ? projectsOf(teams) : team.jiraProjects;
  return projects.includes(projectKey);
}

/** Events of so long ago still tell of a repository in use. */
const IN_USE_MS = 30 * 86_400_000;
/** Asking the mirror goes through its cycles. */
const ASKED_EVERY_MS = 60_000;

/** The repositories of the team that owns a project; where there are no teams, those that events came from lately. */
export function createRepositoriesOf({
  teams,
  mirror,
  clock,
}: Pick<ActivityDeps, 'teams' | 'mirror' | 'clock'>): (projectKey: string) => Promise<readonly string[]> {
  let known: { readonly at: number; readonly repositories: readonly string[] } | null = null;
  return async (projectKey) => {
    if (teams.length > 0) {
      return teams.find((team) => team.jiraProjects.includes(projectKey))?.repositories ?? [];
    }
    const now = clock().getTime();
    if (known === null || now - known.at > ASKED_EVERY_MS) {
      const since = new Date(now - IN_USE_MS).toISOString();
      known = { at: now, repositories: await mirror.knownRepositories(since) };
    }
    return known.repositories;
  };
}
