/** Who may settle a waiting request, and with what. Pure; the gate applies it, the update's validator throws it. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { ApprovalState } from '../domain/approval.js';
import type { PlannedAction } from '../domain/cycle.js';
import { DECISION_REFUSED, type DecideInput } from './messages.js';

/** A signal as a person typed it, with everything that is not text left out. */
export interface TypedSignal {
  readonly by: string | null;
  readonly actionId: string | null;
  readonly hash: string | null;
  readonly reason: string | null;
  readonly note: string | null;
}

/** Reads whatever came: a signal is typed by hand, and a handler that throws would block the workflow. */
export function readSignal(value: unknown): TypedSignal {
  const fields = value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  const text = (name: string): string | null => {
    const field = fields[name];
    return typeof field === 'string' && field !== '' ? field : null;
  };
  return {
    by: text('by'),
    actionId: text('actionId'),
    hash: text('hash'),
    reason: text('reason'),
    note: text('note'),
  };
}

/** A raw signal proves nothing about who sent it: it never settles grade G3, and a named rule needs a known name. Null when it counts. */
export function refusalOfSignal(planned: PlannedAction, signal: TypedSignal): string | null {
  if (signal.by === null) {
    return 'it names nobody: send {"by": "<your id>"}';
  }
  if (signal.hash !== null && signal.hash !== planned.hash) {
    return 'its hash is not the hash of what waits here';
  }
  if (planned.risk === 'G3') {
    return 'risk G3 is not decided by a raw signal: use `pm-agent approve` or the API';
  }
  return refusalOfDecider(planned, signal.by);
}

function refusalOfDecider(planned: PlannedAction, id: string): string | null {
  return planned.deciders === null || planned.deciders.includes(id)
    ? null
    : `only ${planned.deciders.join(', ') || 'nobody'} may decide this (rule "${planned.rule}")`;
}

/** Throws the failure that says why this decision cannot be taken. Synchronous: an update's validator must be. */
export function assertDecidable(
  one: { readonly planned: PlannedAction; readonly state: ApprovalState } | undefined,
  decision: DecideInput,
): asserts one is { readonly planned: PlannedAction; readonly state: ApprovalState } {
  if (one === undefined) {
    throw refused(DECISION_REFUSED.unknown, `no approval ${decision.approvalId} in this cycle`, null);
  }
  if (one.state.status !== 'pending') {
    const { status, decidedBy, decidedAt } = one.state;
    throw refused(
      DECISION_REFUSED.settled,
      `already ${status} by ${decidedBy?.name ?? 'the clock'} at ${decidedAt}`,
      one.state,
    );
  }
  if (decision.hash !== one.planned.hash) {
    throw refused(DECISION_REFUSED.mismatch, 'the hash is not that of what waits; read it again', one.state);
  }
  const why = refusalOfDecider(one.planned, decision.by.id);
  if (why !== null) {
    throw refused(DECISION_REFUSED.unauthorised, why, one.state);
  }
}

function refused(type: string, message: string, state: ApprovalState | null): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true, details: [state] });
}
