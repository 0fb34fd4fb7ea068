/** How much the agent may do by itself, where a plan is judged. */
import { ACTIONS } from '../../domain/actions/index.js';
import {
  type AutonomyKey,
  BUILT_IN_AUTONOMY,
  cautiousByLevel,
  isLess,
  type JudgedAutonomy,
  levelOf,
  NO_PROJECT,
  type StandingLevel,
} from '../../domain/autonomy.js';
import type { PolicyQuestion, PolicyVerdict } from '../../domain/policy.js';
import type { ActivityDeps, TeamSettings } from '../dependencies.js';

export type Levels = (key: AutonomyKey) => StandingLevel;

export interface LevelRules {
  /** How much the agent may do by itself; left out: the policy alone decides. */
  readonly levels?: Levels;
  /** The event's team; left out: none. */
  readonly team?: TeamSettings | null;
}

/** The levels as they are now: a request that was shown keeps the one that it was shown under. */
export async function levelsNow({
  mirror,
  autonomy = BUILT_IN_AUTONOMY,
}: Pick<ActivityDeps, 'autonomy'> & {
  readonly mirror: Pick<ActivityDeps['mirror'], 'heldLevels'>;
}): Promise<Levels> {
  const held = await mirror.heldLevels();
  return (key) => levelOf(autonomy, held, key);
}

/**
 * What the level leaves of the verdict: the lowest, where several projects are written to. `autonomy` null: none was asked
 * about.
 */
export function heldBack(
  judged: PolicyVerdict & { readonly question: PolicyQuestion },
  writtenTo: readonly string[],
  { levels, team }: LevelRules,
): { readonly verdict: PolicyVerdict; readonly autonomy: JudgedAutonomy | null } {
  const { action: kind, project } = judged.question;
  if (levels === undefined) {
    return { verdict: judged, autonomy: null };
  }
  const { key, standing } = lowestLevel(kind, writtenTo, project, levels);
  return {
    verdict: cautiousByLevel(judged, key, standing.level),
    autonomy: autonomyOf(key, standing, judged, team?.slackChannel ?? null),
  };
}

/** The least freedom among the projects that are written to; that of `eventProject` where none is. */
export function lowestLevel(
  kind: AutonomyKey['kind'],
  [first, ...others]: readonly string[],
  eventProject: string | null,
  levels: Levels,
): LevelIn {
  return others
    .map((other) => levelIn(kind, other, levels))
    .reduce(lower, levelIn(kind, first ?? eventProject ?? NO_PROJECT, levels));
}

export interface LevelIn {
  readonly key: AutonomyKey;
  readonly standing: StandingLevel;
}

function levelIn(kind: AutonomyKey['kind'], project: string, levels: Levels): LevelIn {
  const key = { kind, project };
  return { key, standing: levels(key) };
}

function lower(one: LevelIn, other: LevelIn): LevelIn {
  return isLess(other.standing.level, one.standing.level) ? other : one;
}

/** With where it is told if it goes by itself: a message tells of itself. */
function autonomyOf(
  { kind, project }: AutonomyKey,
  { level, source }: StandingLevel,
  { verdict }: PolicyVerdict,
  channel: string | null,
): JudgedAutonomy {
  const isTold =
    level === 'announce' && source !== 'built_in' && verdict === 'auto' && ACTIONS[kind].service !== 'slack';
  return { project, level, verdict, ...(isTold && channel !== null ? { announceTo: channel } : {}) };
}
