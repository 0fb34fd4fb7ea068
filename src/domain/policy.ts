import { type ActionKind, changesState } from './action.js';
import { ACTIONS } from './actions/index.js';
import type { RiskGrade } from './actions/row.js';
import { type PolicyQuestion, type RuleCondition, unmetConditions } from './policy-conditions.js';

export type { PolicyQuestion, RuleCondition } from './policy-conditions.js';

import { type Flag, flagsSentence } from './flags/flag.js';
import { OWN_RULE_NAMES } from './rule-names.js';

export type Verdict = 'auto' | 'ask' | 'never';

/** Who may approve. All given parts must hold; an empty object lets every operator decide. */
export interface Approvers {
  readonly people?: readonly string[];
  readonly roles?: readonly string[];
  /** Names of `groups`, or of teams. */
  readonly groups?: readonly string[];
  /** How many different people have to approve. Left out: one, or two for grade G3 where two could. */
  readonly count?: number;
  /** Not whoever caused the event. */
  readonly notRequester?: boolean;
  /** What the rules of further events demand too: all of them have to hold. No rule says it itself. */
  readonly and?: readonly Approvers[];
}

export interface PolicyRule {
  readonly name: string;
  readonly when: RuleCondition;
  readonly verdict: Verdict;
  readonly approvers?: Approvers;
  readonly waits?: RuleWaits;
  /** Whom it goes on to, in the order of time. */
  readonly escalation?: readonly EscalationStep[];
  /** Left out: the policy's. */
  readonly onExpiry?: OnExpiry;
}

/** Who may decide too, and is asked, once nobody decided for so long. */
export interface EscalationStep {
  readonly afterMs: number;
  readonly approvers: Pick<Approvers, 'people' | 'roles' | 'groups'>;
}

/**
 * What happens where nobody decided until the deadline. `drop`: nothing. `escalate`: the team's lead is told. `ask_again`:
 * everybody who may decide is asked once more, for as long again. Never: what was asked about.
 */
export const ON_EXPIRY = ['drop', 'escalate', 'ask_again'] as const;
export type OnExpiry = (typeof ON_EXPIRY)[number];

/** How long a request waits before what. Milliseconds; what is left out does not happen, a deadline is then the policy's. */
export interface RuleWaits {
  readonly deadlineMs?: number;
  readonly remindAfterMs?: number;
  readonly secondApproverAfterMs?: number;
}

export interface Policy {
  /** sha256 (first 12 hex digits) of the canonical policy: which policy spoke, in history and audit. */
  readonly version: string;
  readonly default: Verdict;
  /** Wins over APPROVAL_TIMEOUT; null leaves that. Milliseconds. */
  readonly deadlineMs: number | null;
  /** Where a rule says nothing; left out: `drop`. */
  readonly onExpiry?: OnExpiry;
  readonly rules: readonly PolicyRule[];
}

export interface PolicyVerdict {
  readonly verdict: Verdict;
  /** Name of the rule that fired, or `default`. */
  readonly rule: string;
  readonly approvers: Approvers;
  readonly waits?: RuleWaits;
  readonly escalation?: readonly EscalationStep[];
  /** Left out: `drop`. */
  readonly onExpiry?: OnExpiry;
  /** Each rule's own, where several hold together (joint-verdict.ts): `escalation` then stands only there. */
  readonly joint?: readonly PolicyVerdict[];
}

/** First rule that matches wins; without one, the policy's default. Pure. */
export function judge(policy: Policy, question: PolicyQuestion): PolicyVerdict {
  const graded = { ...question, risk: riskOf(question) };
  const rule = policy.rules.find((candidate) => unmetConditions(candidate.when, graded).length === 0);
  return cautious({ ...verdictOf(rule, policy), ...expiryOf(rule, policy) }, question, rule?.when ?? {});
}

function verdictOf(rule: PolicyRule | undefined, policy: Policy): PolicyVerdict {
  if (rule === undefined) {
    return { verdict: policy.default, rule: OWN_RULE_NAMES.noRule, approvers: {} };
  }
  const { verdict, name, approvers = {}, waits, escalation } = rule;
  return {
    verdict,
    rule: name,
    approvers,
    ...(waits === undefined ? {} : { waits }),
    ...(escalation === undefined ? {} : { escalation }),
  };
}

function expiryOf(rule: PolicyRule | undefined, policy: Policy): Pick<PolicyVerdict, 'onExpiry'> {
  const onExpiry = rule?.onExpiry ?? policy.onExpiry ?? 'drop';
  return onExpiry === 'drop' ? {} : { onExpiry };
}

/** Why a person is asked although a rule or the default lets it go by itself; null where nobody has to be. */
function cautionAbout(question: PolicyQuestion, when: RuleCondition): string | null {
  if (riskOf(question) === 'G3') {
    return `${question.raisedBy ?? 'it ends the issue'}, and G3 never goes by itself`;
  }
  return question.isDirect === true && when.project === undefined ? 'it goes to one person' : null;
}

/** Grade G3 never goes by itself, whatever a rule says; to one person only by a rule that names whom. The rule's name says so. */
function cautious(verdict: PolicyVerdict, question: PolicyQuestion, when: RuleCondition): PolicyVerdict {
  const why = verdict.verdict === 'auto' ? cautionAbout(question, when) : null;
  return why === null ? verdict : { ...verdict, verdict: 'ask', rule: `${verdict.rule} (asks: ${why})` };
}

/** One rule, and why it did or did not speak. */
export interface RuleTrace {
  readonly rule: string;
  readonly fired: boolean;
  /** What did not hold; empty for the one that fired. */
  readonly why: readonly string[];
}

/** What the policy was asked, and what each rule said to it. */
export interface Judgement {
  readonly question: PolicyQuestion;
  readonly trace: readonly RuleTrace[];
  /** The same for each further event whose rule holds too; left out: there is none. */
  readonly further?: readonly Pick<Judgement, 'question' | 'trace'>[];
  /** It is that of what a person wrote in place of the proposal; left out: nobody did. */
  readonly edited?: JudgedEdit;
}

/** Who wrote what was judged, and what it stands in place of. */
export interface JudgedEdit {
  /** The person's name. */
  readonly by: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** How the proposal was judged. */
  readonly proposed: {
    readonly rule: string;
    readonly policyVersion: string;
    /** Null: that was not kept. */
    readonly judgement: Omit<Judgement, 'edited'> | null;
  };
}

/** Every rule up to the one that fired, with what kept the others from it. `default` where none did. Pure. */
export function traceOf(policy: Policy, question: PolicyQuestion): readonly RuleTrace[] {
  const graded = { ...question, risk: riskOf(question) };
  const trace: RuleTrace[] = [];
  for (const { name, when } of policy.rules) {
    const why = unmetConditions(when, graded);
    trace.push({ rule: name, fired: why.length === 0, why });
    if (why.length === 0) {
      return trace;
    }
  }
  return [...trace, { rule: OWN_RULE_NAMES.noRule, fired: true, why: [] }];
}

/**
 * An event that comes late must not undo what a newer one led to: what would change a state by itself asks a person
 * instead. The rule's name says so.
 */
export function cautiousWhenLate<V extends PolicyVerdict>(
  verdict: V,
  { action, newerAnswered }: { readonly action: ActionKind; readonly newerAnswered: string | null },
): V {
  return newerAnswered !== null && verdict.verdict === 'auto' && changesState(action)
    ? { ...verdict, verdict: 'ask', rule: `${verdict.rule} (asks: ${newerAnswered} answered a newer event)` }
    : verdict;
}

/**
 * Where a text that was read carries marks of one that wants to steer the model, nothing goes without a person. The rule's
 * name says so.
 */
export function cautiousWhenFlagged<V extends PolicyVerdict>(verdict: V, flags: readonly Flag[]): V {
  return flags.length > 0 && verdict.verdict === 'auto'
    ? { ...verdict, verdict: 'ask', rule: `${verdict.rule} (asks: ${flagsSentence(flags)})` }
    : verdict;
}

/** Fallback where no facts tell the status's category. */
const FINAL_STATUSES = new Set(['done', 'closed', 'resolved', 'cancelled', "won't do", 'released']);

/** Is a status of this name mostly the end of an issue? */
export function isFinalStatus(name: string): boolean {
  return FINAL_STATUSES.has(name.toLowerCase());
}

/** The risk grade of an action: what its kind declares; a move to a final status, and what is raised, is G3. */
export function riskOf({ to, toIsFinal, action, raisedBy }: PolicyQuestion): RiskGrade {
  const isFinal = to !== null && (toIsFinal ?? isFinalStatus(to));
  return isFinal || raisedBy !== undefined ? 'G3' : ACTIONS[action].risk.grade;
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
