import { type ActionKind, changesState } from './action.js';
import { ACTIONS } from './actions/index.js';
import type { RiskGrade } from './actions/row.js';
import type { EventType } from './event.js';

export type Verdict = 'auto' | 'ask' | 'never';

/** Who may approve. All given parts must hold; an empty object lets every operator decide. */
export interface Approvers {
  readonly people?: readonly string[];
  readonly roles?: readonly string[];
}

export interface RuleCondition {
  readonly action?: readonly ActionKind[];
  readonly event?: readonly EventType[];
  readonly project?: readonly string[];
  /** Status name that a `jira.transition` leads to. */
  readonly to?: readonly string[];
}

export interface PolicyRule {
  readonly name: string;
  readonly when: RuleCondition;
  readonly verdict: Verdict;
  readonly approvers?: Approvers;
}

export interface Policy {
  /** sha256 (first 12 hex digits) of the canonical policy: which policy spoke, in history and audit. */
  readonly version: string;
  readonly default: Verdict;
  /** Wins over APPROVAL_TIMEOUT; null leaves that. Milliseconds. */
  readonly deadlineMs: number | null;
  readonly rules: readonly PolicyRule[];
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
}

export interface PolicyVerdict {
  readonly verdict: Verdict;
  /** Name of the rule that fired, or `default`. */
  readonly rule: string;
  readonly approvers: Approvers;
}

/** First rule that matches wins; without one, the policy's default. Pure. */
export function judge(policy: Policy, question: PolicyQuestion): PolicyVerdict {
  const rule = policy.rules.find((candidate) => matches(candidate.when, question));
  return rule === undefined
    ? { verdict: policy.default, rule: 'default', approvers: {} }
    : { verdict: rule.verdict, rule: rule.name, approvers: rule.approvers ?? {} };
}

const STRICTNESS: { readonly [V in Verdict]: number } = { auto: 0, ask: 1, never: 2 };

/** Judges an action that answers several events: the strictest verdict, and the rule that gave it, hold. */
export function judgeUnderAll(
  policy: Policy,
  question: PolicyQuestion,
  furtherEvents: readonly EventType[],
): PolicyVerdict {
  return furtherEvents
    .map((event) => judge(policy, { ...question, event }))
    .reduce(
      (strictest, other) => (STRICTNESS[other.verdict] > STRICTNESS[strictest.verdict] ? other : strictest),
      judge(policy, question),
    );
}

/**
 * An event that comes late must not undo what a newer one led to: what would change a state by itself asks a person
 * instead. The rule's name says so.
 */
export function cautiousWhenLate(
  verdict: PolicyVerdict,
  { action, newerAnswered }: { readonly action: ActionKind; readonly newerAnswered: string | null },
): PolicyVerdict {
  return newerAnswered !== null && verdict.verdict === 'auto' && changesState(action)
    ? { ...verdict, verdict: 'ask', rule: `${verdict.rule} (asks: ${newerAnswered} answered a newer event)` }
    : verdict;
}

function matches(when: RuleCondition, question: PolicyQuestion): boolean {
  return (
    includes(when.action, question.action) &&
    includes(when.event, question.event) &&
    includes(when.project, question.project) &&
    includes(when.to, question.to)
  );
}

function includes<T>(allowed: readonly T[] | undefined, value: T | null): boolean {
  return allowed === undefined || (value !== null && allowed.includes(value));
}

/** Fallback where no facts tell the status's category. */
const FINAL_STATUSES = new Set(['done', 'closed', 'resolved', 'cancelled', "won't do", 'released']);

/** The risk grade of an action: what its kind declares; a transition into a final status is G3. */
export function riskOf(question: PolicyQuestion): RiskGrade {
  const { to, toIsFinal, action } = question;
  return to !== null && (toIsFinal ?? FINAL_STATUSES.has(to.toLowerCase()))
    ? 'G3'
    : ACTIONS[action].risk.grade;
}

/** Holds where pm-agent.yaml has no `policy` part: answering is automatic, changing a ticket asks. */
export const BUILT_IN_POLICY: Omit<Policy, 'version'> = {
  default: 'ask',
  deadlineMs: null,
  rules: [
    {
      name: 'answer questions',
      when: { action: ['jira.comment'], event: ['comment_created', 'comment_updated'] },
      verdict: 'auto',
    },
    {
      name: 'answer on the pull request',
      when: { action: ['bitbucket.pr_comment'], event: ['pr_comment_created'] },
      verdict: 'auto',
    },
    {
      name: 'answer in the conversation',
      when: {
        action: ['slack.message'],
        event: ['app_mention', 'thread_message', 'direct_message', 'slash_command', 'interaction'],
      },
      verdict: 'auto',
    },
  ],
};
