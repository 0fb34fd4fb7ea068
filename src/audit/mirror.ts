/** The port that activities write through and the API reads from. `createMirror` (writer) and `createMirrorReader` implement it. */

import type { ActionStatus } from '../domain/action.js';
import type { ApprovalState } from '../domain/approval.js';
import type {
  ActionResult,
  ApprovalRequest,
  CycleInput,
  CycleOutcome,
  CycleStatus,
  PlannedAction,
  StepName,
} from '../domain/cycle.js';
import type { OutgoingRequest } from '../domain/effect.js';
import type { ModelUsage } from '../domain/model-usage.js';
import type { FoundChange } from '../domain/sweep.js';
import type {
  ActionsTable,
  ApprovalsTable,
  AuditLogTable,
  CyclesTable,
  LlmCallsTable,
  StepsTable,
} from './schema.js';

export interface StepRecord {
  readonly name: StepName;
  readonly attempt: number;
  readonly startedAt: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ModelCallRecord {
  readonly id: string;
  readonly cycleId: string;
  readonly purpose: string;
  readonly model: string;
  readonly promptId: string;
  readonly promptVersion: string;
  /** The whole request as sent. */
  readonly request: unknown;
  /** The whole reply as received; null where none came. */
  readonly reply: unknown;
  readonly stopReason: string | null;
  readonly usage: ModelUsage | null;
  readonly costUsd: number;
  readonly priceDate: string | null;
  readonly requestId: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly error: string | null;
}

export interface MirrorWriter {
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
    nothingToDo: string | null;
  }): Promise<void>;
  /** One model call with its prompt and reply as blobs; adds its cost to the cycle; audit `model.called`. */
  recordModelCall(call: ModelCallRecord): Promise<void>;
  /** Audit `decision.made`. */
  recordDecision(input: {
    cycleId: string;
    step: StepRecord;
    decision: unknown;
    failure: string | null;
  }): Promise<void>;
  /** Action rows (`proposed`, `denied`), audit `policy.judged` for each. */
  recordPlan(input: { cycleId: string; step: StepRecord; actions: readonly PlannedAction[] }): Promise<void>;
  openApprovals(input: { cycleId: string; requests: readonly ApprovalRequest[] }): Promise<void>;
  settleApproval(input: { cycleId: string; state: ApprovalState; actionStatus: ActionStatus }): Promise<void>;
  recordRefusal(input: {
    cycleId: string;
    by: string;
    what: string;
    why: string;
    key: string;
  }): Promise<void>;
  /**
   * Before an effect leaves: status `executing`, the exact request, audit `effect.intended`.
   * Answers what earlier attempts left: whether there was one, since when its request may be in work at the vendor, and
   * the result if it ended. An action that was planned with another hash before is left alone: it answers `obsolete`.
   */
  recordIntent(input: {
    cycleId: string;
    actionId: string;
    /** The planned action's hash. */
    hash: string;
    request: OutgoingRequest;
    attempt: number;
  }): Promise<{
    readonly earlierAttempt: boolean;
    /** ISO 8601 UTC: when the latest request was about to leave; null where none can still be in work. */
    readonly lastIntentAt: string | null;
    readonly ended: ActionResult | null;
  }>;
  /**
   * Right before a request leaves. `lastIntentAt` is what `recordIntent` answered: false, and nothing may be sent, where
   * another attempt sent or ended the action meanwhile.
   */
  markInFlight(actionId: string, lastIntentAt: string | null): Promise<boolean>;
  /** After an answer that proves that the request was not applied. */
  clearInFlight(actionId: string): Promise<void>;
  /** After: result and remote id, audit `effect.<status>`. An action that already ended keeps its result. */
  recordResult(input: {
    cycleId: string;
    actionId: string;
    result: ActionResult;
    step: StepRecord;
  }): Promise<void>;
  /** Status `awaiting_approval` and lane wish `parked` again. */
  parkCycle(cycleId: string): Promise<void>;
  /** Lane wish `requested`. */
  requestLane(cycleId: string): Promise<void>;
  finishCycle(input: {
    cycle: CycleInput;
    status: CycleStatus;
    outcome: CycleOutcome | null;
    summary: string;
    error: string | null;
    runId: string;
  }): Promise<void>;
  recordAccount(vendor: string, accountId: string, name: string): Promise<void>;
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
  close(): Promise<void>;
}

export interface SweepMark {
  /** `scopeId`. */
  readonly scope: string;
  readonly watermark: string;
  readonly reachedBackTo: string;
}

/** A find of the sweep as the inbox takes it over. */
export interface SweepFind extends FoundChange {
  readonly seq: number;
}

export interface Page {
  readonly limit: number;
  /** Opaque; from the previous page's `nextCursor`. */
  readonly cursor: string | null;
}

export interface Paged<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface CycleFilter {
  readonly status?: CycleStatus;
  readonly source?: string;
  /** Exact, with or without its `jira:`, `bitbucket:`, `slack:` prefix. */
  readonly subject?: string;
  /** ISO 8601: received at or after. */
  readonly since?: string;
}

/** One cycle in full, told from the mirror alone. */
export interface CycleDetail {
  readonly cycle: CyclesTable;
  readonly steps: readonly StepsTable[];
  readonly actions: readonly ActionsTable[];
  readonly approvals: readonly ApprovalsTable[];
  readonly modelCalls: readonly LlmCallsTable[];
}

export interface ChainCheck {
  readonly ok: boolean;
  readonly rows: number;
  readonly head: string;
  /** `seq` of the first row that does not fit. */
  readonly firstBad?: number;
}

/** Read side: its own read-only connection, usable before the worker ever ran (then everything is empty). */
export interface MirrorReader {
  /** True when the mirror changed since the last call on this reader (`PRAGMA data_version`): lets a poller skip its query. */
  changed(): boolean;
  /** Lane wishes and statuses of these cycles; unknown ids are left out. */
  laneWishes(cycleIds: readonly string[]): readonly Pick<CyclesTable, 'id' | 'lane' | 'status'>[];
  /** Cycles that ask for their subject's lane again, oldest first. */
  laneRequests(): readonly Pick<CyclesTable, 'id' | 'subject' | 'fence'>[];
  listCycles(filter: CycleFilter, page: Page): Paged<CyclesTable>;
  getCycle(id: string): CycleDetail | null;
  listApprovals(filter: { readonly status?: string }, page: Page): Paged<ApprovalsTable>;
  getApproval(id: string): ApprovalsTable | null;
  getAction(id: string): ActionsTable | null;
  getBlob(hash: string): Buffer | null;
  auditOf(cycleId: string): readonly AuditLogTable[];
  listAudit(page: Page): Paged<AuditLogTable>;
  verifyChain(): ChainCheck;
  ownAccounts(): readonly { readonly vendor: string; readonly accountId: string }[];
  /** What the sweep found after this `seq`, oldest first. */
  findsAfter(seq: number, limit: number): readonly SweepFind[];
  /** Has the agent posted in this Slack thread? */
  postedInThread(channel: string, threadTs: string): boolean;
  close(): void;
}
