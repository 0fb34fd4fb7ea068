/** Names and messages of the workflows: defined once, imported by both sides. */
import { defineSearchAttributeKey } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ApprovalState } from '../domain/approval.js';
import type { RefusalKind } from '../domain/approval-rules.js';
import type { CycleState } from '../domain/cycle.js';
import type { CarriedDecision } from '../domain/outbox-decision.js';

export const AGENT_CYCLE = 'agentCycle';
export const RECONCILE_SWEEP = 'reconcileSweep';
export const UNDO_ACTION = 'undoAction';
export const RUN_TRIAL = 'runTrial';
export const APPROVAL_DRILL = 'approvalDrill';
export const CHANGE_AUTONOMY = 'changeAutonomy';

export function undoWorkflowId(undoId: string): string {
  return `undo-${undoId}`;
}

/** Of the one that only says how a try ended whose own workflow could not. */
export function undoEndWorkflowId(undoId: string): string {
  return `${undoWorkflowId(undoId)}-end`;
}

export function trialWorkflowId(trialId: string): string {
  return `trial-${trialId}`;
}

export function autonomyWorkflowId(orderId: string): string {
  return `autonomy-${orderId}`;
}

/** Typed by a person in Temporal's Web UI or CLI. `by` is recorded as claimed. Without `actionId`: all that wait. */
export interface ApproveSignal {
  readonly by: string;
  readonly actionId?: string;
  readonly hash?: string;
  readonly note?: string;
}

export interface RejectSignal {
  readonly by: string;
  readonly actionId?: string;
  readonly reason?: string;
}

export interface CancelSignal {
  readonly by: string;
  readonly reason?: string;
}

/**
 * The body of every decision that the API carries here, whether it came from the command line, the page or Slack. Whoever reaches
 * Temporal can type one as well: then nothing vouches for its `by` (docs/decisions/0086).
 */
export type DecideInput = CarriedDecision;

export const approveSignal = defineSignal<[ApproveSignal]>('approve');
export const rejectSignal = defineSignal<[RejectSignal]>('reject');
export const cancelSignal = defineSignal<[CancelSignal]>('cancel');
export const decideUpdate = defineUpdate<ApprovalState, [DecideInput]>('decide');
export const stateQuery = defineQuery<CycleState>('state');

export const PM_SOURCE = defineSearchAttributeKey('PmSource', 'KEYWORD');
export const PM_EVENT_TYPE = defineSearchAttributeKey('PmEventType', 'KEYWORD');
export const PM_SUBJECT = defineSearchAttributeKey('PmSubject', 'KEYWORD');
export const PM_PROJECT = defineSearchAttributeKey('PmProject', 'KEYWORD');
export const PM_STATUS = defineSearchAttributeKey('PmStatus', 'KEYWORD');
export const PM_RISK = defineSearchAttributeKey('PmRisk', 'KEYWORD');
export const PM_AWAITING_APPROVAL = defineSearchAttributeKey('PmAwaitingApproval', 'BOOL');

/** Every search attribute the product registers at start. */
export const SEARCH_ATTRIBUTES = [
  PM_SOURCE,
  PM_EVENT_TYPE,
  PM_SUBJECT,
  PM_PROJECT,
  PM_STATUS,
  PM_RISK,
  PM_AWAITING_APPROVAL,
] as const;

/** Failure types a workflow update may answer with; the API maps them to HTTP statuses. */
export const DECISION_REFUSED = {
  unknown: 'DecisionRefused.Unknown',
  settled: 'DecisionRefused.Settled',
  mismatch: 'DecisionRefused.Mismatch',
  unauthorised: 'DecisionRefused.Unauthorised',
  invalid: 'DecisionRefused.Invalid',
  denied: 'DecisionRefused.Denied',
} as const satisfies { readonly [R in RefusalKind]: string };
