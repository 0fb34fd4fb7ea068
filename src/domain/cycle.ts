import type { Action, ActionStatus } from './action.js';
import type { RiskGrade, Standing } from './actions/row.js';
import type { Drift } from './actions/standing.js';
import type { ApprovalState } from './approval.js';
import type { JudgedAutonomy } from './autonomy.js';
import type { Critical } from './critical.js';
import type { Decision } from './decision.js';
import type { PmEvent } from './event.js';
import type { LimitScope, OverLimit } from './limit.js';
import type { Approvers, Judgement, OnExpiry, RuleWaits, Verdict } from './policy.js';
import type { Said } from './said.js';
import type { Signers } from './signers.js';
import type { WorkCalendar } from './work-calendar.js';

/** `queued` is known from the 202 on, before Temporal has the workflow. */
export const CYCLE_STATUSES = [
  'queued',
  'running',
  'awaiting_approval',
  'completed',
  'coalesced',
  'failed',
  'cancelled',
] as const;
export type CycleStatus = (typeof CYCLE_STATUSES)[number];

/** The first of these, in this order, that any action of the cycle reached, the notice that nobody decided aside. */
export const CYCLE_OUTCOMES = [
  'acted',
  'simulated',
  'unknown',
  'failed',
  'rejected',
  'expired',
  'denied',
  'no_action',
] as const;
export type CycleOutcome = (typeof CYCLE_OUTCOMES)[number];

export const STEP_NAMES = ['gather', 'decide', 'plan', 'approve', 'execute', 'record'] as const;
export type StepName = (typeof STEP_NAMES)[number];

/** Everything a cycle needs; workflows read no configuration. */
export interface CycleInput {
  readonly cycleId: string;
  /** The inbox row. */
  readonly eventId: string;
  readonly event: PmEvent;
  /** ISO 8601 UTC: when the API stored the delivery. */
  readonly receivedAt: string;
  /** Grows each time the subject's lane changes hands; a side effect of an older holder is refused. */
  readonly fence: number;
  /** Set for an event that a newer one of the same subject answers: the cycle records that and ends. */
  readonly coalescedInto: string | null;
  /**
   * The cycle that answered a newer event of the subject before this one came; null where this is the newest. Left out by
   * cycles that were started before there was such a thing.
   */
  readonly newerAnswered?: string | null;
  /** Set where no webhook told of the event: it may be known at the vendor as answered. Left out otherwise. */
  readonly origin?: 'reconcile';
  /**
   * The status that the search attributes show from the start on: a cycle that ends with just that leaves them alone. Left
   * out by cycles that were started before there was such a thing.
   */
  readonly shownStatus?: CycleStatus;
  /** Events of the same subject that this cycle answers too, oldest first (at most 20). */
  readonly alsoAnswers: readonly { readonly eventId: string; readonly event: PmEvent }[];
  /** Which look at it this is, from 1 on, where the model gave no decision before. Left out: the first. */
  readonly round?: number;
  /** Milliseconds; the policy's own deadline wins. */
  readonly approvalTimeoutMs: number;
}

/** All that the cycle answers, the event that it is named after first. */
export function eventsOf({
  event,
  alsoAnswers,
}: Pick<CycleInput, 'event' | 'alsoAnswers'>): readonly PmEvent[] {
  return [event, ...alsoAnswers.map((other) => other.event)];
}

/**
 * Who wants an action, where that is not the model: `command`, a person's order that code obeys (the acknowledgement of
 * a mute); `breaker`, the notice that the agent stopped by itself; `critical`, the notice of what the model gave no decision
 * on, or one of which nothing is let go. None of these is stopped by a limit or a mute. `asked`, the word to whoever asked
 * something that came to nothing, is: anybody can bring it about.
 */
export type ActionOrigin = 'command' | 'breaker' | 'critical' | 'expired' | 'asked';

/** Where the very same is asked already. */
export interface AskedIn {
  readonly approvalId: string;
  readonly cycleId: string;
}

/** A proposed action after policy spoke. */
export interface PlannedAction {
  /** `<cycleId>.a<n>`, `.m1` for an acknowledgement, `.m2` for a word to who asked, `.e<…>`, `.c<n>` and `.x<n>` for escalations by code: also the idempotency key of the effect. */
  readonly actionId: string;
  readonly action: Action;
  readonly target: string;
  /** sha256 (hex) of kind and canonical payload, and of `version` where a person is asked: what an approval covers. */
  readonly hash: string;
  readonly verdict: Verdict;
  readonly rule: string;
  readonly policyVersion: string;
  readonly risk: RiskGrade;
  readonly approvers: Approvers;
  /**
   * Ids of the people who may decide, resolved from `approvers` when the plan was made, so that a later change of the
   * configuration never touches a request that was shown. Null where the rule names nobody: any operator.
   */
  readonly deciders: readonly string[] | null;
  /** How many different people have to approve; left out: one. */
  readonly needed?: number;
  /** Ids of people who may not decide, because they asked for it; left out: nobody. */
  readonly notBy?: readonly string[];
  /**
   * Whom a name that is only claimed may mean: kept where anybody but those of `notBy` may decide. Left out elsewhere, and in plans
   * from before this.
   */
  readonly signers?: Signers;
  /** Ids of people who may decide too, and are told, once nobody decided for `waits.secondApproverAfterMs`. */
  readonly backups?: readonly string[];
  /** How long it waits before what. */
  readonly waits?: RuleWaits;
  /** Who may decide too, and is asked, once nobody decided for so long; ids, resolved as `deciders` are. Left out: nobody. */
  readonly escalation?: readonly { readonly afterMs: number; readonly deciders: readonly string[] }[];
  /** What happens where nobody decides in time, besides nothing; left out: no more than that. */
  readonly onExpiry?: Exclude<OnExpiry, 'drop'>;
  /** When its team works: nobody is told of it by the clock alone outside of that. Left out: always. */
  readonly calendar?: WorkCalendar;
  /**
   * How its target stood when it was shown: part of what the hash covers. Left out where nothing is known of it, where nobody
   * is asked, and, until it was shown again, in plans from before this.
   */
  readonly version?: Standing;
  /** Why code refused it although policy might not have: foreign target, empty text, …; null where it may go on. */
  readonly refusal: string | null;
  /** The request of another cycle that decides it: this one is not asked about. Left out where it is not asked already. */
  readonly askedIn?: AskedIn;
  /** What was taken out of its texts before they were shown and hashed, each in a few words; left out for nothing. */
  readonly takenOut?: readonly string[];
  /** Left out: the model proposed it. */
  readonly origin?: ActionOrigin;
  /** What its effect counts against. Left out in histories from before there were limits: its target and its subject. */
  readonly countsAgainst?: readonly LimitScope[];
  /**
   * The how-manieth of its kind in its plan: with the change and the kind it names the effect for every cycle that answers
   * the change. Left out in plans from before this, and for what code decided on.
   */
  readonly ordinal?: number;
  /**
   * What the decision saw of what it would change: a person who changed it since is not overwritten. Left out where nothing
   * has to stand still, and in plans from before this.
   */
  readonly seen?: Standing;
  /** How much the agent might do of its kind when it was planned. Left out for what code decided on, and in plans from before this. */
  readonly autonomy?: JudgedAutonomy;
  /** In which words the cycle's page in Temporal tells of it. Left out for what code decided on, and in plans from before this. */
  readonly said?: Said;
  /** Never: what is a drill is none of these, and no executor takes it. */
  readonly drill?: never;
}

/** Shown like a planned action and never carried out. `drill` says what is wrong with it, for whoever decided. */
export type DrillAction = Omit<PlannedAction, 'drill'> & { readonly drill: string };

/** What a person can be asked about. */
export type ShownAction = PlannedAction | DrillAction;

/** Policy or code said no, or another cycle's request decides it: such an action is recorded and never carried out. */
export function isDenied(planned: Pick<PlannedAction, 'verdict' | 'refusal' | 'askedIn'>): boolean {
  return planned.verdict === 'never' || planned.refusal !== null || planned.askedIn !== undefined;
}

/** Only recorded, because its kind is at a level that asks nobody: neither policy nor code said no. */
export function isObserved({ autonomy, refusal }: Pick<PlannedAction, 'autonomy' | 'refusal'>): boolean {
  return autonomy?.level === 'observe' && autonomy.verdict !== 'never' && refusal === null;
}

export function statusWhenPlanned(
  planned: ShownAction,
): Extract<ActionStatus, 'proposed' | 'denied' | 'obsolete'> {
  if (planned.askedIn !== undefined) {
    return 'obsolete';
  }
  return isDenied(planned) && !isObserved(planned) ? 'denied' : 'proposed';
}

export interface GatherResult {
  /** Blob that holds the `Context`. */
  readonly contextHash: string;
  /** "PAY-142 Checkout fails on Safari", for summaries. */
  readonly title: string;
  /** Why there is nothing to reason about (the vendor no longer knows the item, the event is our own); null otherwise. */
  readonly nothingToDo: string | null;
  /** No rule says that the model has to be asked: the small model looks first. Left out where it need not. */
  readonly triage?: true;
  /** The rule by which the large model decides, where no model looks first. Left out: the normal one does. */
  readonly hard?: string;
  /** People have to hear of it also where the model gives no decision. Left out where they need not. */
  readonly critical?: Critical;
  /** Which of the cycle's events (`eventsOf`) speaks to the agent. Left out for none, and by older workers. */
  readonly asked?: number;
  /** What code decided by itself and the cycle carries out first; left out for none. */
  readonly actions?: readonly PlannedAction[];
}

export interface DecideResult {
  readonly decision: Decision;
  readonly costUsd: number;
  /** Why the model gave no usable decision (`refusal`, `max_tokens`, invalid twice, …); null when it did. `decision` is then empty. */
  readonly failure: string | null;
}

export interface PlanResult {
  readonly actions: readonly PlannedAction[];
  /** The policy's deadline for approvals; null leaves the cycle's own. Milliseconds. */
  readonly deadlineMs: number | null;
}

export interface ActionResult {
  /** `denied`: it was allowed when it was planned, and right before its effect a limit or a mute no longer let it go. */
  readonly status: Extract<
    ActionStatus,
    'executed' | 'simulated' | 'failed' | 'unknown' | 'obsolete' | 'denied'
  >;
  /** The vendor's id of what was made: comment id, message ts. */
  readonly remoteId: string | null;
  /** For a person: what happened, or why not and what to do. */
  readonly message: string;
  /** The limit that denied it; left out otherwise. */
  readonly over?: OverLimit;
  /** What a person has to see to although it was done, as sentences; the message ends with it. */
  readonly remark?: string;
  /** Nothing was sent, since its target changed: it has not ended, and is to be shown again. Left out otherwise. */
  readonly drifted?: DriftFound;
}

/** One request for approval as the cycle opens it. */
export interface ApprovalRequest {
  /** Random (uuid4), unguessable, made by the workflow so that a retry keeps it. */
  readonly approvalId: string;
  readonly planned: ShownAction;
  /** ISO 8601 UTC. */
  readonly deadline: string;
}

/** A request whose deadline is over, and whose decision counts on it. */
export interface OverdueRequest extends Pick<ApprovalRequest, 'approvalId' | 'deadline'> {
  /** Of what waits. */
  readonly hash: string;
  /** Ids; null: anybody of pm-agent.yaml. */
  readonly deciders: readonly string[] | null;
  /** Ids of who may not all the same. */
  readonly notBy: readonly string[];
  /** When its team works, where it is asked once more now. Left out: nobody is, or the team has no calendar. */
  readonly calendar?: WorkCalendar;
}

/** As the outbox is asked about it. */
export interface AwaitedRequest extends Pick<OverdueRequest, 'approvalId' | 'deadline' | 'hash'> {
  /** Of those whose click can count. */
  readonly slackAccounts: readonly string[];
}

/** When a request is brought to mind again, and when further people are asked. ISO 8601 UTC, in working time. */
export interface RequestMoments {
  readonly approvalId: string;
  readonly remindAt: readonly string[];
  /** Null: never. */
  readonly secondAt: string | null;
  /** When these people are asked as well; left out: never. */
  readonly steps?: readonly { readonly at: string; readonly people: readonly string[] }[];
}

/** What of an edited payload came: what would be done instead, or why not. */
export type EditJudgement =
  | {
      readonly planned: ShownAction;
      /** What the policy was asked about what was written. Left out by older workers. */
      readonly judgement?: Judgement;
    }
  | { readonly refusal: string; readonly what: 'invalid' | 'denied' };

/** How the target of an approved action stands now; null where it stands as it was shown. */
export interface DriftFound {
  readonly drift: readonly Drift[];
  /** What is to be shown again. */
  readonly planned: PlannedAction;
  /** The context with what was read, which it is shown, edited and asked about by from then on. Left out by older workers. */
  readonly contextHash?: string;
}

/** Answer of the query `state`. */
export interface CycleState {
  readonly cycleId: string;
  readonly status: CycleStatus;
  readonly outcome: CycleOutcome | null;
  readonly step: StepName | null;
  /** The sentence of the current details. */
  readonly summary: string;
  readonly pendingApprovals: readonly ApprovalState[];
  readonly actions: readonly {
    readonly actionId: string;
    readonly kind: string;
    readonly target: string;
    readonly status: ActionStatus;
  }[];
}

/** What the workflow returns. */
export interface CycleResult {
  readonly status: CycleStatus;
  readonly outcome: CycleOutcome | null;
  readonly summary: string;
}

const OUTCOME_OF_STATUS: { readonly [S in ActionStatus]: CycleOutcome | null } = {
  proposed: null,
  denied: 'denied',
  awaiting_approval: null,
  approved: null,
  rejected: 'rejected',
  expired: 'expired',
  executing: 'unknown',
  executed: 'acted',
  simulated: 'simulated',
  failed: 'failed',
  unknown: 'unknown',
  obsolete: null,
  undone: 'acted',
};

/** The contract's outcome of a set of action statuses; `no_action` for none. */
export function outcomeOf(statuses: readonly ActionStatus[]): CycleOutcome {
  const reached = new Set(statuses.map((status) => OUTCOME_OF_STATUS[status]));
  return CYCLE_OUTCOMES.find((outcome) => reached.has(outcome)) ?? 'no_action';
}
