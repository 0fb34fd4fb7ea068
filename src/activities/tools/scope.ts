/** What a cycle's tools may read: what the teams own that it belongs to; without teams only its own place. */
import type { Context } from '../../domain/context.js';
import { type CycleInput, eventsOf } from '../../domain/cycle.js';
import { isSameRepository } from '../../domain/repository.js';
import type { ActivityDeps, TeamSettings } from '../dependencies.js';
import { readableBy, teamOf } from '../team.js';

export interface ToolScope {
  /** Jira project keys. */
  readonly projects: readonly string[];
  /** `workspace/repository` */
  readonly repositories: readonly string[];
  readonly team: TeamSettings | null;
}

export async function toolScopeOf(
  deps: Pick<ActivityDeps, 'teams' | 'people'>,
  repositoriesOf: (projectKey: string) => Promise<readonly string[]>,
  cycle: CycleInput,
  { facts }: Context,
): Promise<ToolScope> {
  const { event } = cycle;
  const readable = readableBy(eventsOf(cycle), facts, deps);
  if (readable !== null) {
    const { jiraProjects: projects, repositories } = readable;
    return { projects, repositories, team: teamOf(eventsOf(cycle), facts, deps) };
  }
  const projects = [facts.issue?.projectKey, event.source === 'jira' ? event.project : null].filter(isName);
  const own = [facts.pullRequest?.repository, 'repository' in event ? event.repository : null].filter(isName);
  const theirs = await Promise.all([...new Set(projects)].map(repositoriesOf));
  return {
    projects: [...new Set(projects)],
    repositories: [...new Set([...own, ...theirs.flat()])],
    team: null,
  };
}

function isName(value: string | null | undefined): value is string {
  return value !== null && value !== undefined && value !== '';
}

/** Why something is out of reach, for the model and the record; null where it is not. */
export function refusalOf(what: string, place: string, places: readonly string[]): string | null {
  return places.some((one) => isSameRepository(one, place))
    ? null
    : `${what} may not be read: this event's team owns ${places.length === 0 ? 'nothing of that kind' : places.join(', ')}`;
}
