/** Carries a person's decision into the workflow that waits for it: the update `decide`, under the decision's own id. */
import {
  type Client,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ApprovalState } from '../domain/approval.js';
import { asCarried, type OutboxDecision } from '../domain/outbox-decision.js';
import { DECISION_REFUSED, decideUpdate } from '../workflows/messages.js';

export interface RefusedByWorkflow {
  readonly kind: 'refused';
  readonly status: 400 | 403 | 404 | 409;
  readonly code: string;
  readonly message: string;
  /** How the approval stands, where the workflow said so. */
  readonly state: ApprovalState | null;
}

export type DeliveredDecision =
  | { readonly kind: 'applied'; readonly state: ApprovalState }
  | RefusedByWorkflow
  /** No worker, no Temporal, no answer in time: the decision stays in the outbox. */
  | { readonly kind: 'unreachable'; readonly cause: string };

const REFUSALS: Readonly<Record<string, Pick<RefusedByWorkflow, 'status' | 'code'>>> = {
  [DECISION_REFUSED.unknown]: { status: 404, code: 'not_found' },
  [DECISION_REFUSED.settled]: { status: 409, code: 'already_decided' },
  [DECISION_REFUSED.mismatch]: { status: 409, code: 'hash_mismatch' },
  [DECISION_REFUSED.unauthorised]: { status: 403, code: 'not_allowed' },
  [DECISION_REFUSED.invalid]: { status: 400, code: 'bad_request' },
  [DECISION_REFUSED.denied]: { status: 403, code: 'denied_by_policy' },
};

/** Repeating it is safe: Temporal answers a known update id with its stored result. Never throws for what Temporal says. */
export async function deliverDecision(client: Client, decision: OutboxDecision): Promise<DeliveredDecision> {
  const handle = client.workflow.getHandle(decision.cycleId);
  try {
    const state = await handle.executeUpdate(decideUpdate, {
      args: [asCarried(decision)],
      updateId: decision.id,
    });
    return { kind: 'applied', state };
  } catch (error) {
    return fromError(error);
  }
}

function fromError(error: unknown): DeliveredDecision {
  if (error instanceof WorkflowUpdateFailedError) {
    return refusalOf(error.cause);
  }
  if (error instanceof WorkflowNotFoundError) {
    return refused(409, 'already_decided', 'the cycle has ended; nothing waits for a decision any more');
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || error instanceof ServiceError) {
    return { kind: 'unreachable', cause: error.message };
  }
  throw error;
}

function refusalOf(cause: unknown): RefusedByWorkflow {
  const failure = cause instanceof ApplicationFailure ? cause : null;
  const known = REFUSALS[failure?.type ?? ''];
  const message = failure?.message ?? 'the workflow refused the decision';
  const [state] = (failure?.details ?? []) as readonly (ApprovalState | null | undefined)[];
  return { ...refused(known?.status ?? 409, known?.code ?? 'refused', message), state: state ?? null };
}

function refused(status: RefusedByWorkflow['status'], code: string, message: string): RefusedByWorkflow {
  return { kind: 'refused', status, code, message, state: null };
}
