/** How much the agent may do by itself, where a plan is judged. */
import { ACTIONS } from '../../domain/actions/index.js';
import {
  type AutonomyKey,
  BUILT_IN_AUTONOMY,
  cautiousByLevel,
  type JudgedAutonomy,
  levelOf,
  NO_PROJECT,
  type StandingLevel,
} from '../../domain/autonomy.js';
import type { PolicyQuestion, PolicyVerdict } from '../../domain/policy.js';
import type { ActivityDeps, TeamSettings } from '../dependencies.js';

export interface LevelRules {
  /** How much the agent may do by itself; left out: the policy alone decides. */
  readonly levels?: (key: AutonomyKey) => StandingLevel;
  /** The event's team; left out: none. */
  readonly team?: TeamSettings | null;
}

/** The levels as they are now: a request that was shown keeps the one that it was shown under. */
export async function levelsNow({
  mirror,
  autonomy = BUILT_IN_AUTONOMY,
}: Pick<ActivityDeps, 'mirror' | 'autonomy'>): Promise<NonNullable<LevelRules['levels']>> {
  const held = await mirror.heldLevels();
  return (key) => levelOf(autonomy, held, key);
}

/** What the level leaves of the verdict. `autonomy` null: none was asked about. */
export function heldBack(
  judged: PolicyVerdict & { readonly question: PolicyQuestion },
  { levels, team }: LevelRules,
): { readonly verdict: PolicyVerdict; readonly autonomy: JudgedAutonomy | null } {
  const { action: kind, project } = judged.question;
  const key = { kind, project: project ?? NO_PROJECT };
  const standing = levels?.(key);
  return standing === undefined
    ? { verdict: judged, autonomy: null }
    : {
        verdict: cautiousByLevel(judged, key, standing.level),
        autonomy: autonomyOf(key, standing, judged, team?.slackChannel ?? null),
      };
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
