/** Which team an event belongs to, and what may be read for it. */
import type { Groups, Person } from '../domain/approval.js';
import { BOT_ROLE } from '../domain/bot-scope.js';
import type { ContextFacts } from '../domain/context.js';
import type { PmEvent } from '../domain/event.js';
import { isSameRepository } from '../domain/repository.js';
import type { ActivityDeps, TeamSettings } from './dependencies.js';

export type KnownTeams = Pick<ActivityDeps, 'teams' | 'people'>;

/**
 * The team that events belong to: by the place where they happened, never by what a text in them names. Null where that is
 * not one team.
 * @param events of one place, all that one cycle answers
 */
export function teamOf(
  events: readonly PmEvent[],
  facts: ContextFacts | null,
  known: KnownTeams,
): TeamSettings | null {
  const [team = null, ...others] = teamsOf(events, facts?.issue?.projectKey ?? null, known);
  return others.length === 0 ? team : null;
}

/** Whom a notice in our own words goes to: where the place is nobody's, those who own the issue that was read, or the only team. */
export function toldTeamOf(
  events: readonly PmEvent[],
  facts: ContextFacts | null,
  known: KnownTeams,
): TeamSettings | null {
  const project = facts?.issue?.projectKey ?? null;
  return (
    teamOf(events, facts, known) ??
    known.teams.find(({ jiraProjects }) => project !== null && jiraProjects.includes(project)) ??
    onlyOf(known.teams)
  );
}

/**
 * The teams whose work may be read for these events: the one that owns the place; where none does, those that everybody is in
 * who speaks there.
 * @param ownProject of the issue that a Jira event is about, as Jira has it now; null before it was read
 */
function teamsOf(
  events: readonly PmEvent[],
  ownProject: string | null,
  known: KnownTeams,
): readonly TeamSettings[] {
  const [event] = events;
  const owner = event === undefined ? null : ownerOf(event, ownProject, known.teams);
  if (owner !== null) {
    return [owner];
  }
  const each = events.map((one) => teamsOfActor(one, known));
  return known.teams.filter((team) => each.every((theirs) => theirs.includes(team)));
}

/** Anybody can write to the agent in Slack: that there is one team only makes nobody one of it. */
function ownerOf(
  event: PmEvent,
  ownProject: string | null,
  teams: readonly TeamSettings[],
): TeamSettings | null {
  const owner = teams.find((team) => isOwnedBy(team, event, ownProject)) ?? null;
  return owner ?? (event.source === 'slack' ? null : onlyOf(teams));
}

function isOwnedBy(team: TeamSettings, event: PmEvent, ownProject: string | null): boolean {
  const { project } = event;
  switch (event.source) {
    case 'slack':
      return project !== null && project === team.slackChannel;
    case 'bitbucket':
      return project !== null && team.repositories.some((one) => isSameRepository(one, project));
    case 'jira': {
      const key = ownProject ?? project;
      const board = 'sprint' in event ? event.sprint.boardId : null;
      return (
        (key !== null && team.jiraProjects.includes(key)) || (board !== null && board === team.jiraBoard)
      );
    }
  }
}

/** With one team there are only strangers to keep its work from: whoever pm-agent.yaml knows is none. */
function teamsOfActor({ actor, source }: PmEvent, { teams, people }: KnownTeams): readonly TeamSettings[] {
  const person = people.find((one) => actor !== null && one[source] === actor.id);
  if (person === undefined || actor?.isBot === true || person.roles.includes(BOT_ROLE)) {
    return [];
  }
  return teams.length === 1 ? teams : teams.filter((team) => idsOf(team).includes(person.id));
}

function onlyOf(teams: readonly TeamSettings[]): TeamSettings | null {
  return teams.length === 1 ? (teams[0] ?? null) : null;
}

/** Its members, and those who are told when somebody has to step in. */
function idsOf({ members = [], lead, backup }: TeamSettings): readonly (string | null | undefined)[] {
  return [...members, lead, backup];
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

/** The team that works in a project: the first, where several name it; null where none does, and for null. */
export function teamOfProject(teams: readonly TeamSettings[], project: string | null): TeamSettings | null {
  return teams.find(({ jiraProjects }) => project !== null && jiraProjects.includes(project)) ?? null;
}

/** Keys of the projects that the teams work in; none where no team names one. */
export function projectsOf(teams: readonly TeamSettings[]): readonly string[] {
  return teams.flatMap(({ jiraProjects }) => jiraProjects);
}

/**
 * May an issue of this project be read? Where teams name projects, only of the teams that the events belong to: else anybody
 * could have a foreign ticket read out by naming it, or linking to it.
 */
export function mayReadProject(
  projectKey: string,
  events: readonly PmEvent[],
  ownProject: string | null,
  known: KnownTeams,
): boolean {
  const projects = readableProjects(events, ownProject, known);
  return projects === null || projects.includes(projectKey);
}

/** Null: all, because no team names a project. */
function readableProjects(
  events: readonly PmEvent[],
  ownProject: string | null,
  known: KnownTeams,
): readonly string[] | null {
  return known.teams.every((team) => team.jiraProjects.length === 0)
    ? null
    : projectsOf(teamsOf(events, ownProject, known));
}

/** Is this where no team's work may be told of? */
export function isNobodysPlace(events: readonly PmEvent[], known: KnownTeams): boolean {
  return events[0]?.source === 'slack' && readableProjects(events, null, known)?.length === 0;
}

/** What tools may read for these events; null without teams. */
export function readableBy(
  events: readonly PmEvent[],
  facts: ContextFacts | null,
  known: KnownTeams,
): Pick<TeamSettings, 'jiraProjects' | 'repositories'> | null {
  const teams = teamsOf(events, facts?.issue?.projectKey ?? null, known);
  return known.teams.length === 0
    ? null
    : { jiraProjects: projectsOf(teams), repositories: teams.flatMap(({ repositories }) => repositories) };
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
