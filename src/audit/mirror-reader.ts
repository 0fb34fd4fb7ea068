/** The port that the API and the relay read through (`createMirrorReader`). */
import type { BudgetUse } from '../domain/budget.js';
import type { CycleStatus } from '../domain/cycle.js';
import type { EffectQuery } from '../domain/effect-query.js';
import type { FoundChange } from '../domain/sweep.js';
import type { TrialResult } from '../domain/trial.js';
import type { UndoInput } from '../domain/undo.js';
import type { ApprovalCardsTable, ApprovalsTable } from './approval-tables.js';
import type { AutonomyReader } from './autonomy.js';
import type { DeclinedReader } from './declined.js';
import type { EndedDrill, WaitingDrill } from './drills.js';
import type { LlmCallsTable } from './model-call-table.js';
import type { ActionsTable, AuditLogTable, CyclesTable, StepsTable } from './schema.js';
import type { TrialsTable } from './trial-tables.js';

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
  /** Only those that a person has to see to; left out: all. */
  readonly attention?: true;
}

export interface ApprovalFilter {
  /** `pending` finds what was reopened, too; left out: all. */
  readonly status?: string;
  /** Left out: `newest`. */
  readonly sort?: ApprovalOrder;
}

export const APPROVAL_ORDERS = ['newest', 'deadline'] as const;
export type ApprovalOrder = (typeof APPROVAL_ORDERS)[number];

/** An action that was proposed and never left, with the context that its decision rested on. */
export type ShadowAction = ActionsTable & { readonly context_hash: string | null };

/** One cycle in full, told from the mirror alone. */
export interface CycleDetail {
  readonly cycle: CyclesTable;
  readonly steps: readonly StepsTable[];
  readonly actions: readonly ActionsTable[];
  readonly approvals: readonly ApprovalsTable[];
  readonly modelCalls: readonly LlmCallsTable[];
}

/** A try to take an action back, as it was ordered. */
export type OpenUndo = Pick<UndoInput, 'actionId' | 'undoId' | 'by'>;

/** A request as it is measured: what was shown, when, and what became of it. */
export type MeasuredRow = Pick<
  ApprovalsTable,
  'kind' | 'risk' | 'status' | 'asked_at' | 'shown_at' | 'decided_at' | 'payload' | 'proposed'
> & {
  /** Id of the team that its cycle belongs to; null where it belongs to none. */
  readonly team: string | null;
};

/** What cycles cost, and what came of it. */
export interface MeasuredWork {
  /** USD that the model cost. */
  readonly cost: number;
  /** What was proposed and then done, by kind; `undone` are those of them that were taken back. */
  readonly effects: readonly { readonly kind: string; readonly executed: number; readonly undone: number }[];
}

export interface ChainCheck {
  readonly ok: boolean;
  readonly rows: number;
  readonly head: string;
  /** `seq` of the first row that does not fit. */
  readonly firstBad?: number;
}

/** Read side: its own read-only connection, usable before the worker ever ran (then everything is empty). */
export interface MirrorReader extends AutonomyReader, DeclinedReader {
  /** True when the mirror changed since the last call on this reader (`PRAGMA data_version`): lets a poller skip its query. */
  changed(): boolean;
  /** Lane wishes and statuses of these cycles; unknown ids are left out. */
  laneWishes(cycleIds: readonly string[]): readonly Pick<CyclesTable, 'id' | 'lane' | 'status'>[];
  /** Cycles that ask for their subject's lane again, oldest first. */
  laneRequests(): readonly Pick<CyclesTable, 'id' | 'subject' | 'fence'>[];
  listCycles(filter: CycleFilter, page: Page): Paged<CyclesTable>;
  getCycle(id: string): CycleDetail | null;
  /** Proposals that were only observed or simulated, without asking anybody: made at or after this time, newest first. */
  shadowActions(since: string, limit: number): readonly ShadowAction[];
  /** The newest first, else the nearest deadline. */
  listApprovals(filter: ApprovalFilter, page: Page): Paged<ApprovalsTable>;
  getApproval(id: string): ApprovalsTable | null;
  /** Drills that are over, newest first. */
  endedDrills(limit: number): readonly EndedDrill[];
  /** For the views of those that wait alone: nobody is told which these are. */
  waitingDrills(): readonly WaitingDrill[];
  /** Requests asked since then (ISO 8601 UTC), as oversight measures them; newest first, at most 10,000. */
  measuredSince(since: string): readonly MeasuredRow[];
  /** Of the cycles whose events arrived since then, drills left out. */
  workSince(since: string): MeasuredWork;
  /** The cards that show this approval, without the replies in their threads. */
  cardsOf(approvalId: string): readonly ApprovalCardsTable[];
  /** The actions that a message of this ts asked about, or told of in a thread: one, but where channels use one ts twice. */
  actionsToldIn(ts: string): readonly ActionsTable[];
  /** What waits for a person to say whether it was done: the longest waiting first, and how many there are. */
  unknownEffects(limit: number): { readonly count: number; readonly items: readonly ActionsTable[] };
  getAction(id: string): ActionsTable | null;
  /**
   * The actions whose effect the vendor gave this id, the newest last, and no more than the 20 newest: a note has one for each of
   * its edits. Several otherwise where vendors, or channels, use one id twice.
   */
  actionsMaking(remoteId: string): readonly ActionsTable[];
  /** What was decided or approved and has not come to its end, in cycles that go on: how many, and the oldest of them. */
  openEffects(limit: number): { readonly count: number; readonly items: readonly ActionsTable[] };
  /** Is it one of those? */
  isOpenEffect(actionId: string): boolean;
  /** Tries to take an action back that have no end yet, by their ids. */
  openUndos(page: { readonly after: string; readonly limit: number }): readonly OpenUndo[];
  /** The tries to take an action back, oldest first. */
  undosOf(actionId: string): readonly ActionsTable[];
  getBlob(hash: string): Buffer | null;
  auditOf(cycleId: string): readonly AuditLogTable[];
  listAudit(page: Page): Paged<AuditLogTable>;
  verifyChain(): ChainCheck;
  ownAccounts(): readonly { readonly vendor: string; readonly accountId: string }[];
  /** Was there a restore within the hour after which the worker has not yet taken over what Temporal knows? Open cycles may have ended. */
  isRefilling(): boolean;
  /** What the sweep found after this `seq`, oldest first. */
  findsAfter(seq: number, limit: number): readonly SweepFind[];
  /** The `seq` of the last note of the API that stands in the audit log; 0 for none. */
  notesTakenOver(): number;
  /** Is what was said one of our own effects, as far as the ledger knows its id already? */
  isOwnEffect(query: EffectQuery): boolean;
  /** Has the agent posted in this Slack thread? */
  postedInThread(channel: string, threadTs: string): boolean;
  listTrials(page: Page): Paged<TrialsTable>;
  /** A trial with what its cases came to so far, in the order of the plan. */
  getTrial(id: string): { readonly trial: TrialsTable; readonly results: readonly TrialResult[] } | null;
  /** A few numbers for whoever watches; null before the worker first ran. `now`: ISO 8601 UTC. */
  vitals(now: string): MirrorVitals | null;
  /** What of the budgets is used of the UTC day that began then (ISO 8601 UTC). */
  budgetUse(since: string): BudgetUse;
  close(): void;
}

export interface MirrorVitals {
  /** Of the prompts of the last day, in tokens: all, and what came from the cache. */
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Of the last day, in USD. */
  readonly modelCost: number;
  /** With drills that wait: as many as a list of them shows. */
  readonly approvalsPending: number;
  /** Breakers that opened in the last hour. */
  readonly breakersOpen: number;
  /** Effects of which nobody knows whether they were done. */
  readonly effectsUnknown: number;
  /** Actions of cycles of the last day that code or policy refused. */
  readonly actionsDenied: number;
  /** Events of the last day that the model declined to answer, and that have no decision. */
  readonly eventsDeclined: number;
  /** Vendors to which calls are held back, with commas between; empty for none. */
  readonly outages: string;
  /** When the last sweep began that read a place to its end, ISO 8601 UTC; null for none. */
  readonly sweptAt: string | null;
}
