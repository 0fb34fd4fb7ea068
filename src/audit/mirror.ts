/** The port that activities write through (`createMirror`); what is read of it by others is mirror-reader.ts. */

import type { ActionStatus } from '../domain/action.js';
import type { ApprovalState, Decider } from '../domain/approval.js';
import type { AskedElsewhere } from '../domain/asked-already.js';
import type { Spent } from '../domain/budget.js';
import type { Critical } from '../domain/critical.js';
import type {
  ApprovalRequest,
  CycleInput,
  CycleOutcome,
  CycleStatus,
  PlannedAction,
  ShownAction,
} from '../domain/cycle.js';
import type { Flag } from '../domain/flags/flag.js';
import type { LimitScope, OverLimit } from '../domain/limit.js';
import type { Mute, MuteOutcome } from '../domain/mute.js';
import type { MuteCommand } from '../domain/mute-command.js';
import type { Judgement } from '../domain/policy.js';
import type { FoundChange } from '../domain/sweep.js';
import type { FailureKind } from '../domain/turn.js';
import type { AutonomyMirror } from './autonomy.js';
import type { CallUnderWay, LostCalls } from './calls-under-way.js';
import type { CardMirror, CardPlaces } from './cards.js';
import type { CircuitMirror } from './circuits.js';
import type { DeclinedEvent } from './declined-records.js';
import type { DrillMirror } from './drills.js';
import type { EarlierMirror } from './earlier.js';
import type { EffectMirror } from './effects.js';
import type { TellOfLeft } from './left-undone.js';
import type { ModelCallRecord } from './model-call-record.js';
import type { NoteTerms } from './note-terms.js';
import type { RefillMirror } from './refill.js';
import type { CyclesTable } from './schema.js';
import type { StepRecord } from './step-record.js';
import type { TrialMirror } from './trials.js';
import type { TurnMirror } from './turns.js';
import type { PauseMirror } from './vendor-pauses.js';

/** One `mute` or `unmute` as a person said it. */
export interface SaidMute {
  readonly subject: string;
  readonly command: MuteCommand;
  /** Id of the comment or message. */
  readonly saidIn: string;
  /** ISO 8601 UTC, by the vendor's clock. */
  readonly saidAt: string;
  readonly by: Mute['by'];
  readonly eventId: string;
}

export interface MirrorWriter extends EffectMirror, TurnMirror, EarlierMirror, AutonomyMirror, DrillMirror {
  /** First write of a cycle (idempotent): row `running`, audit `cycle.started`. */
  startCycle(input: CycleInput, runId: string): Promise<void>;
  /** Content-addressed; answers the sha256. */
  putBlob(kind: string, data: Buffer | string): Promise<string>;
  getBlob(hash: string): Promise<Buffer | null>;
  /** Step done, context stored, audit `context.gathered`. */
  recordGathered(input: {
    cycleId: string;
    step: StepRecord;
    title: string;
    contextHash: string;
    sources: readonly { id: string; source: string; hash: string }[];
    /** `round` of the cycle; left out: the first look. */
    round?: number;
    /** Audit `event.flagged` where there are any. */
    flags?: readonly Flag[];
    nothingToDo: string | null;
  }): Promise<void>;
  /** Before a call is sent: until it is recorded it is under way, and its price held. */
  beginModelCall(call: CallUnderWay & { readonly cycleId: string }): Promise<void>;
  /** Those that nobody waits for any more, each at what was held for it, once. Audit `model.called` with `lost`. */
  bookLostCalls(lost: LostCalls): Promise<void>;
  /** One model call with its prompt and reply as blobs; adds its cost to the cycle; audit `model.called`. Answers the reply's blob. */
  recordModelCall(call: ModelCallRecord): Promise<{ readonly replyHash: string | null }>;
  /** What calls of the model cost: for this cycle; since then for this subject, for this project, and in all. USD. */
  spent(input: { cycleId: string; subject: string; project: string | null; since: string }): Promise<Spent>;
  /** Audit `decision.made`, and `event.flagged` where flags came to those of the first reading. */
  recordDecision(input: {
    cycleId: string;
    step: StepRecord;
    decision: unknown;
    failure: string | null;
    /** `round` of the cycle; left out: the first look. */
    round?: number;
    /** The context with what was read between turns; left out where it is the one that was gathered. */
    contextHash?: string;
    /** Of what was read between turns; none where left out. */
    flags?: readonly Flag[];
    /** The model declined to answer: audit `model.declined`, one alert a day for each author. */
    declined?: DeclinedEvent;
  }): Promise<void>;
  /** Action rows (`proposed`, `denied`), the cycle's team, audit `policy.judged` for each action. */
  recordPlan(input: {
    cycleId: string;
    step: StepRecord;
    actions: readonly ShownAction[];
    /** Id of the team; none where left out. */
    team?: string | null;
    /** What the policy was asked about each action and what each rule said; none where left out. */
    judgements?: readonly { readonly actionId: string; readonly judgement: Judgement }[];
  }): Promise<void>;
  openApprovals(input: {
    cycleId: string;
    requests: readonly ApprovalRequest[];
    /** Where each request is shown; nowhere where left out. */
    placesOf?: (cycle: PlacedCycle, request: ApprovalRequest) => CardPlaces;
  }): Promise<void>;
  /** How a request stands that still waits, with audit `approval.<what>`; of its action what would be done now. */
  noteApproval(input: {
    cycleId: string;
    planned: ShownAction;
    deadline: string;
    state: ApprovalState;
    also: readonly string[];
    what: string;
    by: Decider | null;
    data: Readonly<Record<string, unknown>>;
    key: string;
    /** Who gets a card besides; nobody where left out. */
    tell?: CardPlaces;
    /** Where it would be shown if it were asked now: who has no card there gets one. Nowhere where left out. */
    placesOf?: (cycle: PlacedCycle) => CardPlaces;
  }): Promise<void>;
  settleApproval(input: { cycleId: string; state: ApprovalState; actionStatus: ActionStatus }): Promise<void>;
  recordRefusal(input: {
    cycleId: string;
    approvalId?: string;
    actionId?: string;
    by: string;
    what: string;
    why: string;
    key: string;
  }): Promise<void>;
  /**
   * Something had to wait, for a vendor or a budget: an action by its id, another step as `<cycle>/<step>`. Answers of the model that
   * cannot be read are counted like it, under a name of their own.
   */
  recordWait(key: string): Promise<void>;
  waitsOf(key: string): Promise<number>;
  /** Has this scope had as many effects in the last hour as it may, `planned` others that are to leave included? */
  limitReached(input: { scope: LimitScope; limit: number; planned: number }): Promise<OverLimit | null>;
  /**
   * The escalation, as it was recorded first, for the one cycle that found the limit reached; null where the breaker is
   * open already. Audit `breaker.opened`, the escalation in the ledger.
   */
  openBreaker(input: {
    cycleId: string;
    over: OverLimit;
    escalation: PlannedAction;
  }): Promise<PlannedAction | null>;
  /** In the order in which they were said; what became of each. Audit `mute.<outcome>`, `unmute.<outcome>`. */
  recordMuteCommands(input: {
    cycleId: string;
    commands: readonly SaidMute[];
  }): Promise<readonly MuteOutcome[]>;
  muteOf(subject: string): Promise<Mute | null>;
  /** An action that code decided on, before the model's. */
  recordOwnAction(input: { cycleId: string; planned: PlannedAction }): Promise<void>;
  /**
   * The escalation, as it was recorded first, for the cycle that tells of this subject; null where another did within the
   * last hour, or waits to look at it again. Audit `critical.told`, the escalation in the ledger.
   */
  tellUnanalysed(input: {
    cycleId: string;
    subject: string;
    critical: Critical;
    /** How the model failed; `all_denied`: it did not, and nothing of its decision was let go. */
    failureKind: FailureKind | 'all_denied';
    escalation: PlannedAction;
  }): Promise<PlannedAction | null>;
  /**
   * A budget had no room: its alert is wished for once, and the answer to who asked is in the ledger, unless one of the subject was since
   * then. Idempotent. Answers what is to be carried out.
   */
  tellOverBudget(input: {
    cycleId: string;
    subject: string;
    /** ISO 8601 UTC. */
    since: string;
    /** `place` null: nobody can be told. */
    alert: { readonly id: string; readonly place: string | null; readonly text: string };
    /** Null: nobody asked. */
    answer: PlannedAction | null;
  }): Promise<PlannedAction | null>;
  /** Lane wish `parked`; status `awaiting_approval` again, or `running` with the sentence that says what it waits for. */
  parkCycle(cycleId: string, waitsFor?: string): Promise<void>;
  /** Lane wish `requested`. */
  requestLane(cycleId: string): Promise<void>;
  /** Requests of other cycles that wait for just this, the oldest first; drills are none. */
  askedElsewhere(
    cycleId: string,
    planned: Pick<ShownAction, 'action' | 'target'>,
  ): Promise<readonly AskedElsewhere[]>;
  /** The last row of a cycle. What it began and did not end is over too: `obsolete`, or `unknown` where a request may have left. */
  finishCycle(input: {
    cycle: CycleInput;
    status: CycleStatus;
    outcome: CycleOutcome | null;
    summary: string;
    error: string | null;
    runId: string;
    tellOfLeft?: TellOfLeft;
  }): Promise<void>;
  recordAccount(vendor: string, accountId: string, name: string): Promise<void>;
  /** Before the first sweep after a restore: its places without a watermark begin with the backup. Nothing otherwise. */
  beginAtRestore(scopes: readonly string[]): Promise<void>;
  /** How far these scopes were read; one that never was is left out. */
  sweepMarks(scopes: readonly string[]): Promise<readonly SweepMark[]>;
  /**
   * What one page of a sweep found, in this order; a change that was found before stays one. With `mark` the scope was
   * read to its end, and its watermark stands with the finds or not at all. Answers how many finds are new.
   */
  recordFinds(input: { finds: readonly FoundChange[]; mark: SweepMark | null }): Promise<number>;
  /** Repositories that accepted events named since then. */
  knownRepositories(since: string): Promise<readonly string[]>;
  /** Conversations that had a cycle or a message of ours since then, by subject after `after`. */
  conversations(input: { since: string; after: string; limit: number }): Promise<readonly string[]>;
  accountIdsOf(vendor: string): Promise<readonly string[]>;
  /**
   * An audit entry for each note of another process's database, and how far they were taken over: one transaction.
   * Notes that were taken over before are left alone. What a person found to be undone may cost
   * a level, and whose recorded decision was refused is told so, by `terms`.
   */
  takeOverNotes(notes: readonly OutsideNote[], terms: NoteTerms): Promise<void>;
  /** The `seq` of the last note that was taken over; 0 for none. */
  notesTakenOver(): Promise<number>;
  close(): Promise<void>;
}

/** The whole write side: what activities record, the cards that the worker delivers from it, what it takes over after a restore. */
export interface Mirror extends MirrorWriter {
  readonly cards: CardMirror;
  readonly circuits: CircuitMirror;
  readonly pauses: PauseMirror;
  readonly refill: RefillMirror;
  readonly trials: TrialMirror;
}

/** What tells where a cycle's requests belong. */
export type PlacedCycle = Pick<CyclesTable, 'team' | 'source' | 'project'>;

/** What the API tells the audit log, as its inbox holds it: an entry but for its place in the chain. */
export interface OutsideNote {
  readonly seq: number;
  readonly id: string;
  readonly at: string;
  readonly cycleId: string | null;
  readonly kind: string;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface SweepMark {
  /** `scopeId`. */
  readonly scope: string;
  readonly watermark: string;
  readonly reachedBackTo: string;
}
