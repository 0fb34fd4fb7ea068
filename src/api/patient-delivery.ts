/** A decision that comes between a deadline and the moment in which its request is asked once more (docs/decisions/0074). */
import type { ApprovalsTable } from '../audit/approval-tables.js';
import type { MirrorReader } from '../audit/mirror-reader.js';
import { isOpen } from '../domain/approval.js';
import type { OutboxDecision } from '../domain/outbox-decision.js';
import { storedCourse } from '../domain/request-course.js';
import { isAfterDeadline } from '../domain/stored-request.js';
import type { DeliveredDecision } from './decision-delivery.js';

type Deliver = (decision: OutboxDecision) => Promise<DeliveredDecision>;

/** Refused, it would be lost right before it counts: it stays in the outbox instead. */
export function patientDelivery({
  deliver,
  mirror,
  clock,
}: {
  readonly deliver: Deliver;
  readonly mirror: Pick<MirrorReader, 'getApproval'>;
  readonly clock: () => Date;
}): Deliver {
  return async (decision) => {
    const delivered = await deliver(decision);
    return isRefusedAsOver(delivered) && isAskedOnceMore(mirror.getApproval(decision.approvalId), clock())
      ? { kind: 'unreachable', cause: 'its request is about to be asked once more' }
      : delivered;
  };
}

/** By the workflow's own answer nobody decided, and it waits still. */
function isRefusedAsOver(delivered: DeliveredDecision): boolean {
  return (
    delivered.kind === 'refused' &&
    delivered.code === 'already_decided' &&
    delivered.state !== null &&
    isOpen(delivered.state.status)
  );
}

function isAskedOnceMore(approval: ApprovalsTable | null, now: Date): boolean {
  return (
    approval !== null &&
    isAfterDeadline(approval, now.toISOString()) &&
    storedCourse(approval).onExpiry === 'ask_again'
  );
}
