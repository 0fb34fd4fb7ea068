/** How much the agent may do by itself: a level for each kind of action and project, earned and taken back (docs/approvals.md). */
import type { ActionKind } from './action.js';
import type { PolicyVerdict, Verdict } from './policy.js';

/**
 * From the least freedom to the most. `observe`: proposals are recorded, nobody is asked. `propose`: people are asked whether
 * they agree, and do it by hand. `approve`: each one is asked about and then carried out. `announce`: the policy alone decides,
 * and what went without a person is told with the way to take it back.
 */
export const AUTONOMY_LEVELS = ['observe', 'propose', 'approve', 'announce'] as const;
export type AutonomyLevel = (typeof AUTONOMY_LEVELS)[number];

/** What a level holds for. */
export interface AutonomyKey {
  readonly kind: ActionKind;
  /** Jira project, repository or channel that is written to; `-` where there is none. */
  readonly project: string;
}

/** A level that somebody chose, or that was taken away: it wins over pm-agent.yaml. */
export interface HeldLevel extends AutonomyKey {
  readonly level: AutonomyLevel;
  /** ISO 8601 UTC. */
  readonly since: string;
}

/** What an admin orders. */
export interface LevelOrder extends AutonomyKey {
  /** Names the order: repeated, it changes nothing. */
  readonly id: string;
  /** The level that the admin saw. */
  readonly from: AutonomyLevel;
  readonly to: AutonomyLevel;
  readonly by: { readonly id: string; readonly name: string };
  /** As the audit log names the admin. */
  readonly actor: string;
  readonly why: string;
  /** What spoke for it, as the admin saw it. */
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** `changed` false: another level held by then. */
export interface LevelChange {
  readonly changed: boolean;
}

/** `autonomy` of pm-agent.yaml. */
export interface AutonomyRules {
  /** Null where the file has no such part: then the policy alone decides until a level is lost. */
  readonly default: AutonomyLevel | null;
  /** First match wins over the default. */
  readonly levels: readonly {
    readonly action?: readonly ActionKind[];
    readonly project?: readonly string[];
    readonly level: AutonomyLevel;
  }[];
  /** Automatic demotion goes no lower. */
  readonly floor: AutonomyLevel;
  /** So many clean decisions in a row offer the next level. */
  readonly promoteAfter: number;
  /** So many rejections within `withinMs` take one level away. */
  readonly demoteAfterRejections: number;
  readonly withinMs: number;
}

/**
 * Where pm-agent.yaml has no `autonomy` part: nobody chose a level, so the policy alone decides and nothing is announced. What an
 * undo or rejections cost stops where each one is asked about: nobody who wrote no such part loses more than a question.
 */
export const BUILT_IN_AUTONOMY: AutonomyRules = {
  default: null,
  levels: [],
  floor: 'approve',
  promoteAfter: 30,
  demoteAfterRejections: 2,
  withinMs: 7 * 86_400_000,
};

/** A level and where it comes from. */
export interface StandingLevel {
  readonly level: AutonomyLevel;
  /** `built_in`: nobody chose it, neither the file nor a person. */
  readonly source: 'built_in' | 'file' | 'mirror';
}

/** What a planned action was judged by besides the policy. */
export interface JudgedAutonomy {
  readonly project: string;
  readonly level: AutonomyLevel;
  /** What the policy alone would have said. */
  readonly verdict: Verdict;
  /** Where it is told that the action was done; left out: nowhere. */
  readonly announceTo?: string;
}

export const NO_PROJECT = '-';

/** "jira.comment in PAY". */
export function keyName({ kind, project }: AutonomyKey): string {
  return project === NO_PROJECT ? kind : `${kind} in ${project}`;
}

export function sameKey(one: AutonomyKey, other: AutonomyKey): boolean {
  return one.kind === other.kind && one.project === other.project;
}

/** What somebody chose, else what the file says, else the built-in. */
export function levelOf(
  { levels, default: byDefault }: Pick<AutonomyRules, 'levels' | 'default'>,
  held: readonly HeldLevel[],
  key: AutonomyKey,
): StandingLevel {
  const chosen = held.find((one) => sameKey(one, key));
  if (chosen !== undefined) {
    return { level: chosen.level, source: 'mirror' };
  }
  const written = levels.find(
    ({ action, project }) =>
      (action ?? [key.kind]).includes(key.kind) && (project ?? [key.project]).includes(key.project),
  );
  const level = written?.level ?? byDefault;
  return level === null ? { level: 'announce', source: 'built_in' } : { level, source: 'file' };
}

export function isLess(level: AutonomyLevel, than: AutonomyLevel): boolean {
  return AUTONOMY_LEVELS.indexOf(level) < AUTONOMY_LEVELS.indexOf(than);
}

/** The level above; null for the highest. */
export function levelAbove(level: AutonomyLevel): AutonomyLevel | null {
  return AUTONOMY_LEVELS[AUTONOMY_LEVELS.indexOf(level) + 1] ?? null;
}

/** The level below; null for the lowest. */
export function levelBelow(level: AutonomyLevel): AutonomyLevel | null {
  return AUTONOMY_LEVELS[AUTONOMY_LEVELS.indexOf(level) - 1] ?? null;
}

/** One level less, as far as automatic demotion goes; null where it goes no further. */
export function demoted(level: AutonomyLevel, floor: AutonomyLevel): AutonomyLevel | null {
  return isLess(floor, level) ? levelBelow(level) : null;
}

/** What each level makes of the policy's verdict, and how the rule's name says so; null: the verdict stands. */
const HELD_BACK: {
  readonly [L in AutonomyLevel]: {
    readonly verdict: Verdict;
    readonly why: string;
    readonly from: readonly Verdict[];
  } | null;
} = {
  observe: { verdict: 'never', why: 'observes', from: ['auto', 'ask'] },
  propose: { verdict: 'ask', why: 'suggests only', from: ['auto', 'ask'] },
  approve: { verdict: 'ask', why: 'asks', from: ['auto'] },
  announce: null,
};

/** The stricter of policy and level holds: a level takes away, and never gives. The rule's name says so. */
export function cautiousByLevel<V extends Pick<PolicyVerdict, 'verdict' | 'rule'>>(
  verdict: V,
  key: AutonomyKey,
  level: AutonomyLevel,
): V {
  const held = HELD_BACK[level];
  return held === null || !held.from.includes(verdict.verdict)
    ? verdict
    : {
        ...verdict,
        verdict: held.verdict,
        rule: `${verdict.rule} (${held.why}: ${keyName(key)} is at the level ${level})`,
      };
}
