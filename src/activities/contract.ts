/** What workflows may call. Workflows import these types only; `index.ts` implements them. */

import type { ActionStatus } from '../domain/action.js';
import type { Undone } from '../domain/all-denied.js';
import type { ApprovalState, Decider } from '../domain/approval.js';
import type { AskedEnd } from '../domain/asked-end.js';
import type { LevelChange, LevelOrder } from '../domain/autonomy.js';
import type { Critical } from '../domain/critical.js';
import type {
  ActionResult,
  ApprovalRequest,
  CycleInput,
  CycleOutcome,
  CycleStatus,
  DecideResult,
  DriftFound,
  EditJudgement,
  GatherResult,
  OverdueRequest,
  PlannedAction,
  PlanResult,
  RequestMoments,
  ShownAction,
} from '../domain/cycle.js';
import type { Decision } from '../domain/decision.js';
import type { DrillInput, OpenedDrill } from '../domain/drill.js';
import type { OverLimit } from '../domain/limit.js';
import type { CarriedDecision } from '../domain/outbox-decision.js';
import type { SweepPageInput, SweepPageResult, SweepPlan } from '../domain/sweep.js';
import type { TrialCase, TrialInput, TrialPlan } from '../domain/trial.js';
import type { AskedAnew, FailureKind, FinishedTurn, ToolCall, TurnResult } from '../domain/turn.js';
import type { UndoInput } from '../domain/undo.js';

/** The conversation so far, and the model that it is with. */
export interface TurnInput {
  readonly cycle: CycleInput;
  readonly contextHash: string;
  readonly turns: readonly FinishedTurn[];
  /** Left out: the normal model. */
  readonly route?: 'normal' | 'hard';
  /**
   * The event is critical, and people wait to be told where nothing comes of it: the model is given up after minutes, also where it
   * only has to be waited for, and a decision of which code takes nothing is none.
   */
  readonly soon?: true;
  /** Whoever asks knows what to do with `anew`. Left out by cycles from before. */
  readonly mayAskAnew?: true;
}

/** A critical event, and how the model failed on it so far, the latest last. */
export interface UnanalysedInput {
  readonly cycle: CycleInput;
  readonly contextHash: string;
  readonly title: string;
  readonly critical: Critical;
  readonly failures: readonly FailureKind[];
}

/** A critical event, and what its decision proposed: nothing of it was let go. */
export interface AllDeniedInput
  extends Pick<UnanalysedInput, 'cycle' | 'contextHash' | 'title' | 'critical'> {
  readonly undone: readonly Undone[];
}

/** An event that the model was not asked about. */
export interface OverBudgetInput {
  readonly cycle: CycleInput;
  readonly contextHash: string;
  /** The sentence of `overBudget`. */
  readonly failure: string;
  /** As in `GatherResult`. */
  readonly asked: number | null;
}

/** Something that may have been asked, and that came to nothing. */
export interface AskerInput {
  readonly cycle: CycleInput;
  /** As in `GatherResult`; null: it was not read whether anybody asked, and what names the agent counts. */
  readonly asked: number | null;
  readonly end: AskedEnd;
}

export interface Unanalysed {
  /** What tells people; null where they were told already, by this cycle or by another that waits to look at the subject again. */
  readonly escalation: PlannedAction | null;
  /** When the event is looked at again; null: not by itself, or by the cycle that told of it. */
  readonly againAfterMs: number | null;
}

export interface TriageInput {
  readonly cycle: CycleInput;
  readonly contextHash: string;
  /** As in `TurnInput`. */
  readonly mayAskAnew?: true;
}

/** `decision` is the recorded "do nothing" of a skipped event; null for the others. */
export type TriageResult =
  | { readonly route: 'skip'; readonly decision: Decision }
  | { readonly route: 'normal' | 'hard'; readonly decision: null };

export interface ToolInput {
  readonly cycle: CycleInput;
  readonly contextHash: string;
  /** Blob of the reply that asks for it. */
  readonly reply: string;
  readonly call: ToolCall;
}

/** Regular activities: they speak to vendors or to the model. Each records its own step. */
export interface StepActivities {
  gatherContext(input: CycleInput): Promise<GatherResult>;
  /** Of cycles that were started before there were turns: the whole conversation, without tools. */
  decide(input: { readonly cycle: CycleInput; readonly contextHash: string }): Promise<DecideResult>;
  /** Asks the small model whether the event is worth another. Where that fails, it is. */
  triage(input: TriageInput): Promise<TriageResult | AskedAnew>;
  /** Asks the model once. A turn that was paid is not paid again. What ends without a decision says why, and is not thrown. */
  takeTurn(input: TurnInput): Promise<TurnResult>;
  /** Only reads. A refusal and a vendor that does not answer are answers to the model. */
  useTool(input: ToolInput): Promise<{ readonly index: number; readonly hash: string }>;
  planActions(input: {
    readonly cycle: CycleInput;
    readonly contextHash: string;
    readonly decision: Decision;
  }): Promise<PlanResult>;
  /** What a person wrote in place of a proposal, judged by the same code and policy. */
  judgeEdit(input: {
    readonly cycle: CycleInput;
    readonly contextHash: string;
    readonly planned: ShownAction;
    readonly payload: unknown;
    readonly by: Decider;
  }): Promise<EditJudgement>;
  /** Of cycles that were started before `executeAction` looked: does the target stand as it was shown? Null: it does, or nobody can tell. */
  lookAgain(input: {
    readonly cycle: CycleInput;
    readonly contextHash: string;
    readonly planned: PlannedAction;
  }): Promise<DriftFound | null>;
  /** The model's answer to whoever has to decide, or why there is none. */
  answerQuestion(input: {
    readonly cycle: CycleInput;
    readonly contextHash: string;
    readonly planned: ShownAction;
    readonly question: string;
    readonly questionId: string;
  }): Promise<string>;
  /** Idempotent by `planned.actionId`. Never throws for an outcome that a person should see: it returns it. */
  executeAction(input: {
    readonly cycle: CycleInput;
    readonly planned: PlannedAction;
    /** The context that a person approved it by: before anything leaves, its target has to stand so still. Left out: nobody was asked. */
    readonly contextHash?: string;
  }): Promise<ActionResult>;
}

/** When who is told of the requests. Older workers answered nothing. */
export interface OpenedApprovals {
  readonly moments: readonly RequestMoments[];
}

/** How a request stands after something happened to it, and what that was. */
export interface ApprovalNote extends ApprovalRequest {
  readonly cycleId: string;
  readonly state: ApprovalState;
  /** People who may decide besides, since nobody did in time. */
  readonly also: readonly string[];
  /** Audit kind `approval.<what>`. */
  readonly what: string;
  /** Null: nobody; the clock, or the agent. */
  readonly by: Decider | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** Names this note among those of its cycle. */
  readonly key: string;
  /** ISO 8601 UTC, by the workflow's clock: it is asked anew from then on. Left out: it goes on as it was asked. */
  readonly askedAt?: string;
}

/** What becomes of requests at their deadlines, where people are not told before their team works. Older workers answered the list alone. */
export interface AtDeadline {
  readonly onTheirWay: readonly string[];
  /** By approval id; ISO 8601 UTC. */
  readonly tellableFrom: Readonly<Record<string, string>>;
}

/** What is known of whoever an update `decide` says it is from. */
export interface DecisionProof {
  /** The API recorded it, as somebody's whom it knew. False: anybody who reaches Temporal may have typed it. */
  readonly isRecorded: boolean;
  /** It is one of `people` of pm-agent.yaml. Left out by older workers, which did not look. */
  readonly isPerson?: boolean;
}

export interface LeadNotice extends PlannedAction {
  /** ISO 8601 UTC: the lead's team does not work before. Left out: it may leave now. */
  readonly notBefore?: string;
}

/** Local activities: short writes to the mirror, each idempotent. */
export interface RecordActivities {
  /** Approvals become pending, the cycle `awaiting_approval`, its lane is given back: one transaction. */
  openApprovals(input: {
    readonly cycleId: string;
    readonly requests: readonly ApprovalRequest[];
    /** ISO 8601 UTC, by the workflow's clock. */
    readonly askedAt: string;
  }): Promise<OpenedApprovals | undefined>;
  /**
   * A request still waits, differently: edited, approved by one of several, asked about, put off, shown again. Answers when who
   * is told of it where it is asked anew. Older workers answered nothing.
   */
  noteApproval(input: ApprovalNote): Promise<RequestMoments | undefined>;
  /**
   * Of requests whose deadline is over, by id: on which of them a person decided in time, what has yet to be brought to the
   * workflow. Where a team with a calendar does not work now, also from when on its people are told.
   */
  decisionsOnTheirWay(input: {
    readonly requests: readonly OverdueRequest[];
  }): Promise<readonly string[] | AtDeadline>;
  /** Whether the outbox holds this decision, word for word, under the id of the update that brought it. */
  proveDecision(input: {
    readonly updateId: string;
    readonly cycleId: string;
    readonly decision: CarriedDecision;
  }): Promise<DecisionProof>;
  /** When Temporal took the `nth` signal of this name (from 1) to the workflow that asks: ISO 8601 UTC; null where its history has none. */
  signalSentAt(input: {
    readonly name: string;
    readonly nth: number;
  }): Promise<{ readonly at: string | null }>;
  /** A decision (or expiry) and the action's new status. */
  settleApproval(input: {
    readonly cycleId: string;
    readonly state: ApprovalState;
    readonly actionStatus: ActionStatus;
  }): Promise<void>;
  /** A decision that was refused (unknown person, stale hash): audit row only. */
  recordRefusal(input: {
    readonly cycleId: string;
    /** Left out: by a worker from before it was said. */
    readonly approvalId?: string;
    readonly actionId?: string;
    readonly by: string;
    readonly what: string;
    readonly why: string;
    readonly key: string;
  }): Promise<void>;
  /** A limit stopped an effect: recorded once, and the escalation for the cycle that found it first; null otherwise. */
  openBreaker(input: { readonly cycle: CycleInput; readonly over: OverLimit }): Promise<PlannedAction | null>;
  /** Nobody decided on a request whose rule wants the team's lead to know: the escalation, in the ledger, and when it may leave. */
  tellExpired(input: {
    readonly cycle: CycleInput;
    readonly contextHash: string;
    readonly planned: PlannedAction;
  }): Promise<LeadNotice>;
  /** The model gave no decision on a critical event: whom to tell now, and when to look at it again. */
  noteUnanalysed(input: UnanalysedInput): Promise<Unanalysed>;
  /** A budget had no room: the team is told once for it, and what answers the person who asked; null where nobody did, or was answered today. */
  tellOverBudget(input: OverBudgetInput): Promise<PlannedAction | null>;
  /** What answers whoever asked something that came to nothing, in the ledger once a cycle; null where nobody did. */
  answerAsker(input: AskerInput): Promise<PlannedAction | null>;
  /** Code or policy denied all that was proposed on a critical event: what tells people; null where they were told of its subject already. */
  tellAllDenied(input: AllDeniedInput): Promise<PlannedAction | null>;
  /**
   * The lane is given back. One of several requests was carried out, others still wait: `awaiting_approval` again. With
   * `waitsFor`, a sentence, it waits for no person, and is `running` still.
   */
  parkCycle(input: { readonly cycleId: string; readonly waitsFor?: string }): Promise<void>;
  /**
   * Asks for the lane back after an approval, and tells whether this cycle holds it: now, or within so many milliseconds; and of a
   * pause, in words, where one keeps what holds it from leaving.
   */
  claimLane(input: {
    readonly cycleId: string;
    readonly subject: string;
    readonly withinMs?: number;
  }): Promise<boolean | { readonly paused: string }>;
  /** The final row: status, outcome, sentence. Gives the lane back. */
  finishCycle(input: {
    readonly cycle: CycleInput;
    readonly status: CycleStatus;
    readonly outcome: CycleOutcome | null;
    readonly summary: string;
    readonly error: string | null;
  }): Promise<void>;
}

/** Of the sweep, which belongs to no cycle. */
export interface SweepActivities {
  /** What to look at, and from when on. */
  planSweep(): Promise<SweepPlan>;
  /** Reads one page of a scope and records what no webhook told of; with the last page, the scope's watermark too. */
  sweepPage(input: SweepPageInput): Promise<SweepPageResult>;
}

/** For a person who wants an action taken back. */
export interface UndoActivities {
  /** Idempotent by `undoId`. `obsolete`: somebody changed it since. Never throws for an outcome that a person should see. */
  undoAction(input: UndoInput): Promise<ActionResult>;
}

/** For requests that nobody should approve. */
export interface DrillActivities {
  /** Makes a request out of what a recent cycle read, in the likeness of a cycle. Idempotent by `drillId`. */
  openDrill(input: DrillInput): Promise<OpenedDrill>;
}

/** For an admin who gives or takes a level of autonomy. */
export interface AutonomyActivities {
  /** Idempotent by the order's id. */
  changeAutonomy(order: LevelOrder): Promise<LevelChange>;
}

/** Of trial runs of the model, which carry nothing out. Each is idempotent. */
export interface TrialActivities {
  planTrial(input: TrialInput): Promise<TrialPlan>;
  /** Asks the model about one case, grades or compares, and records that. */
  runCase(trialCase: TrialCase): Promise<void>;
  /** Records why a case has no result. */
  giveUpCase(input: { readonly trialCase: TrialCase; readonly why: string }): Promise<void>;
  /** `error` null: it went through all cases. */
  endTrial(input: { readonly trialId: string; readonly error: string | null }): Promise<void>;
}

export type Activities = StepActivities &
  RecordActivities &
  SweepActivities &
  UndoActivities &
  AutonomyActivities &
  DrillActivities &
  TrialActivities;
