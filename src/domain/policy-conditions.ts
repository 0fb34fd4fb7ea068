/** What a policy rule can ask for, one row each: whether it holds, and in words what was found instead. */
import type { ActionKind } from './action.js';
import type { RiskGrade } from './actions/row.js';
import type { EventType } from './event.js';

export interface RuleCondition {
  readonly action?: readonly ActionKind[];
  readonly event?: readonly EventType[];
  readonly project?: readonly string[];
  /** Status name that a `jira.transition` leads to. */
  readonly to?: readonly string[];
  /** The team that the event belongs to. */
  readonly team?: readonly string[];
  /** Who caused the event: a person's id, `role:<role>`, `group:<group>`, `person`, `bot`, `agent`, `unknown`, `nobody`. */
  readonly actor?: readonly string[];
  readonly risk?: readonly RiskGrade[];
  /** `working`, `off` or `HH:MM-HH:MM`, by the clock and the calendar of the event's team. */
  readonly time?: readonly string[];
}

/** What one action is judged by. */
export interface PolicyQuestion {
  readonly action: ActionKind;
  readonly event: EventType;
  readonly project: string | null;
  /** Status that a transition leads to; null for every other kind. */
  readonly to: string | null;
  /** Does that status finish the issue (or may it, for all we know)? Left out where there are no facts. */
  readonly toIsFinal?: boolean;
  /** What makes this one graver than its kind is ("customers read it"): then it is G3. Left out where nothing does. */
  readonly raisedBy?: string;
  /** Does it go to one person, whom `project` names? Left out where it does not. */
  readonly isDirect?: boolean;
  /** Id of the event's team. Left out (as the two below) where nobody asked. */
  readonly team?: string | null;
  /** Every name that holds for who caused the event. */
  readonly actor?: readonly string[];
  /** `HH:MM` on the team's clock when it was judged. */
  readonly time?: { readonly clock: string; readonly isWorking: boolean };
}

/** A question with the risk that code found. */
type Graded = PolicyQuestion & { readonly risk: RiskGrade };

type Wanted<K extends keyof RuleCondition> = NonNullable<RuleCondition[K]>;

interface Condition<K extends keyof RuleCondition> {
  holds(wanted: Wanted<K>, question: Graded): boolean;
  /** What is, for the sentence "… is not …". */
  found(question: Graded): string;
}

const CONDITIONS: { readonly [K in keyof RuleCondition]-?: Condition<K> } = {
  action: { holds: (wanted, { action }) => wanted.includes(action), found: ({ action }) => action },
  event: { holds: (wanted, { event }) => wanted.includes(event), found: ({ event }) => event },
  project: {
    holds: (wanted, { project }) => project !== null && wanted.includes(project),
    found: ({ project }) => project ?? 'none',
  },
  to: {
    holds: (wanted, { to }) => to !== null && wanted.includes(to),
    found: ({ to }) => to ?? 'no status',
  },
  team: {
    holds: (wanted, { team }) => team !== undefined && team !== null && wanted.includes(team),
    found: ({ team }) => team ?? 'no team',
  },
  actor: {
    holds: (wanted, { actor = [] }) => wanted.some((name) => actor.includes(name)),
    found: ({ actor = [] }) => actor.join(', ') || 'nobody',
  },
  risk: { holds: (wanted, { risk }) => wanted.includes(risk), found: ({ risk }) => risk },
  time: {
    holds: (wanted, { time }) => time !== undefined && wanted.some((span) => isWithin(span, time)),
    found: ({ time }) =>
      time === undefined
        ? 'not known'
        : `${time.clock} (${time.isWorking ? 'working' : 'outside working'} hours)`,
  },
};

/** The conditions of a rule that do not hold, each as a sentence; none where the rule matches. */
export function unmetConditions(when: RuleCondition, question: Graded): readonly string[] {
  return (Object.keys(CONDITIONS) as (keyof RuleCondition)[]).flatMap((name) => unmet(name, when, question));
}

function unmet<K extends keyof RuleCondition>(
  name: K,
  when: RuleCondition,
  question: Graded,
): readonly string[] {
  const wanted = when[name];
  const condition = CONDITIONS[name] as Condition<K>;
  if (wanted === undefined || condition.holds(wanted, question)) {
    return [];
  }
  return [`${name} is ${condition.found(question)}, not ${(wanted as readonly string[]).join(' or ')}`];
}

/** `working`, `off`, or `HH:MM-HH:MM`, which may go past midnight. */
function isWithin(span: string, { clock, isWorking }: NonNullable<PolicyQuestion['time']>): boolean {
  if (span === 'working' || span === 'off') {
    return isWorking === (span === 'working');
  }
  const [from = '', to = ''] = span.split('-');
  return from <= to ? clock >= from && clock < to : clock >= from || clock < to;
}
