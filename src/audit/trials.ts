/** The port that trial runs read recorded cycles and write their own tables through: they can write nowhere else. */
import type { Action } from '../domain/action.js';
import type { Decision } from '../domain/decision.js';
import type { PmEvent } from '../domain/event.js';
import type { TrialInput, TrialPlan, TrialProposal, TrialResult, TrialRoute } from '../domain/trial.js';
import type { CallUnderWay, LostCalls } from './calls-under-way.js';
import type { ModelCallRecord } from './model-call-record.js';
import type { PaidCall } from './turns.js';

/** A cycle as it was decided, with all that the question needs. */
export interface RecordedCycle {
  readonly cycleId: string;
  readonly title: string;
  readonly subject: string;
  readonly eventType: string;
  /** The context as it was gathered, without what tools added. */
  readonly contextHash: string | null;
  /** Null where a person had it erased. */
  readonly event: PmEvent | null;
  readonly alsoAnswers: readonly PmEvent[];
  readonly newerAnswered: string | null;
  readonly decision: Decision | null;
  readonly failure: string | null;
  /** As the model made them and code judged them, whatever people changed before they decided. */
  readonly proposals: readonly (TrialProposal & { readonly action: Action })[];
  /** Null where the records do not say it. */
  readonly route: TrialRoute | null;
  /** Calls that were made to decide, without the first look. */
  readonly models: readonly {
    readonly model: string;
    readonly promptId: string;
    readonly promptVersion: string;
  }[];
  /** All calls of the event, the first look among them; not those that answered people's questions about a request. */
  readonly calls: number;
  readonly costUsd: number;
  /** What its tools read, in their order. */
  readonly tools: readonly {
    readonly tool: string;
    readonly input: unknown;
    readonly answerHash: string;
  }[];
}

export interface StartedTrial extends Pick<TrialInput, 'trialId' | 'kind' | 'askedBy'>, TrialPlan {
  readonly model: string;
  readonly promptName: string | null;
  readonly standIn: boolean;
}

export interface TrialMirror {
  /** Ids of cycles with a decision, the newest first. */
  decidedCycles(last: number): Promise<readonly string[]>;
  /** Ids of cycles that rules or a model looked at, the newest first: those with a decision, and those that a rule ended. */
  routedCycles(last: number): Promise<readonly string[]>;
  recordedCycle(cycleId: string): Promise<RecordedCycle | null>;
  /** The trial and its cases. Answers what was planned first, where this is a repeated attempt. */
  begin(trial: StartedTrial): Promise<TrialPlan>;
  /** The result of a case; null while it has none. */
  resultOf(trialId: string, caseId: string): Promise<TrialResult | null>;
  /** Before it is sent. */
  beginCall(trialId: string, caseId: string, call: CallUnderWay): Promise<void>;
  bookLostCalls(lost: LostCalls): Promise<void>;
  /** Answers the reply's blob. */
  recordCall(
    trialId: string,
    caseId: string,
    call: Omit<ModelCallRecord, 'cycleId'>,
  ): Promise<{ readonly replyHash: string | null }>;
  /** The call of this id, where it was answered; null where it was not, or what it said is not kept. */
  paidCall(id: string): Promise<PaidCall | null>;
  /** USD that trials cost since then. */
  spentSince(since: string): Promise<number>;
  recordResult(trialId: string, result: TrialResult): Promise<void>;
  /** `error` null: every case has its result. */
  end(trialId: string, error: string | null): Promise<void>;
}
