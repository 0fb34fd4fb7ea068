/** What came as an update, read and refused: the validator and the handler throw it. */
import { ApplicationFailure } from '@temporalio/workflow';
import { type ApprovalState, DECISIONS } from '../domain/approval.js';
import type { OpenRequest } from '../domain/approval-machine.js';
import { type Refusal, refusalOf, refusalOfMoreQuestions } from '../domain/approval-rules.js';
import { DECISION_REFUSED, type DecideInput } from './messages.js';

/** Throws the failure that says why this decision cannot be taken. Synchronous: an update's validator must be. */
export function assertDecidable(
  one: OpenRequest | undefined,
  decision: DecideInput,
  now: number,
): asserts one is OpenRequest {
  const refusal = refusalOf(one, decision, now);
  if (refusal !== null) {
    throw refused(refusal, one?.state ?? null);
  }
}

/**
 * Only where a decision comes in: what a history holds was let in, and is not judged by a later limit. The handler counts a
 * question before the next one is looked at, so that none slips through together.
 */
export function assertRoomForQuestion(one: OpenRequest, decision: DecideInput): void {
  const refusal = refusalOfMoreQuestions(decision, one.state.questions?.length ?? 0);
  if (refusal !== null) {
    throw refused(refusal, one.state);
  }
}

/** With its zone: another worker, in another one, would read another time out of the same history. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * An update can be typed by hand, too, and what the handler cannot read would stop the whole cycle. Only where one comes in: what
 * a history holds was let in.
 */
export function assertReadable(value: unknown): asserts value is DecideInput {
  const fields = isRecord(value) ? value : {};
  const by = isRecord(fields['by']) ? fields['by'] : {};
  const isRead =
    DECISIONS.some((one) => one === fields['decision']) &&
    [fields['approvalId'], fields['hash'], by['id']].every((one) => typeof one === 'string' && one !== '') &&
    ['reason', 'note', 'until', 'madeAt'].every(
      (name) => fields[name] === undefined || typeof fields[name] === 'string',
    ) &&
    (typeof fields['until'] !== 'string' || MOMENT.test(fields['until']));
  if (!isRead) {
    const message = `it cannot be read: a decision is {"approvalId", "decision": "${DECISIONS.join('" | "')}", "hash", "by": {"id", "name", "channel"}}, and "payload", "reason", "note" and "until" (like 2026-12-01T09:00:00Z) where they are needed`;
    throw refused({ kind: 'invalid', message }, null);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object';
}

export function refused({ kind, message }: Refusal, state: ApprovalState | null): ApplicationFailure {
  return ApplicationFailure.create({
    type: DECISION_REFUSED[kind],
    message,
    nonRetryable: true,
    details: [state],
  });
}
