/** What a sweep looks at, and from when on. */
import { type ScopeKind, type SweepPlan, type SweepScope, scopeId } from '../../domain/sweep.js';
import { isWorkingTime } from '../../domain/work-calendar.js';
import type { SweepActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { projectsOf, teamOfProject } from '../team.js';

/**
 * Vendors' clocks and search indexes lag, and so may ours: each sweep looks again at what the last one saw at its end.
 * It is also how far back the very first one looks: what was there before is nobody's gap.
 */
const OVERLAP_MS = 10 * 60_000;
/** A watermark that has not come yet was set by a clock that was ahead: how long is not known, so a whole day is read again. */
const UNKNOWN_GAP_MS = 86_400_000;
/** Where no repository is configured, those that events named so lately are looked at. */
const KNOWN_MS = 30 * 86_400_000;

type Place = Pick<SweepScope, 'kind' | 'place'>;

export function createPlanSweep({
  mirror,
  teams,
  restored,
  clock,
}: ActivityDeps): SweepActivities['planSweep'] {
  return async (): Promise<SweepPlan> => {
    const now = clock();
    const since = new Date(now.getTime() - KNOWN_MS).toISOString();
    const places = placesOf(teams, await mirror.knownRepositories(since), now);
    if (restored !== null) {
      await mirror.beginAtRestore(places.map(scopeId));
    }
    const marks = new Map((await mirror.sweepMarks(places.map(scopeId))).map((mark) => [mark.scope, mark]));
    const scopes = places.map((place): SweepScope => {
      const mark = marks.get(scopeId(place));
      const begins = new Date(lastEnd(mark?.watermark, now.getTime()) - OVERLAP_MS).toISOString();
      const reported = mark === undefined || mark.reachedBackTo > begins ? begins : mark.reachedBackTo;
      return { ...place, since: begins, reportSince: reported };
    });
    return { startedAt: now.toISOString(), scopes };
  };
}

/** Up to when the last sweep read, epoch milliseconds. */
function lastEnd(watermark: string | undefined, now: number): number {
  const end = watermark === undefined ? now : Date.parse(watermark);
  return end > now ? now - UNKNOWN_GAP_MS : end;
}

/** As the door: with no teams everything is allowed, else what they name. */
function placesOf(
  teams: ActivityDeps['teams'],
  repositories: readonly string[],
  now: Date,
): readonly Place[] {
  const isOpen = teams.length === 0;
  const everywhere: readonly Place[] = isOpen
    ? [
        { kind: 'issues', place: null },
        { kind: 'overdue', place: null },
      ]
    : [];
  const boards = teams.flatMap((team) => (team.jiraBoard === null ? [] : [String(team.jiraBoard)]));
  return [
    ...everywhere,
    ...placesAt('issues', projectsOf(teams)),
    ...placesAt('overdue', projectsAtWork(teams, now)),
    ...placesAt('sprints', boards),
    ...placesAt('pull_requests', isOpen ? repositories : teams.flatMap((team) => team.repositories)),
    { kind: 'conversations', place: null },
  ];
}

/** Projects whose team works now: the clock alone makes work overdue, and disturbs nobody outside working hours. */
function projectsAtWork(teams: ActivityDeps['teams'], now: Date): readonly string[] {
  return projectsOf(teams).filter((project) => {
    const calendar = teamOfProject(teams, project)?.calendar ?? null;
    return calendar === null || isWorkingTime(now, calendar);
  });
}

/** Each once; case does not tell two repositories apart. */
function placesAt(kind: ScopeKind, places: readonly string[]): readonly Place[] {
  const byName = new Map(places.map((place) => [place.toLowerCase(), place]));
  return [...byName.values()].map((place) => ({ kind, place }));
}
