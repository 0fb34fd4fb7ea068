/** What no webhook told of as a delivery: a find of the sweep, under the rules of a webhook; an event that a restore lost. */
import { hash } from 'node:crypto';
import type { SweepFind } from '../audit/mirror.js';
import type { PmEvent } from '../domain/event.js';
import { priorityOf } from '../domain/priority.js';
import type { JudgeFind } from '../inbox/find-intake.js';
import type { Delivery } from '../inbox/inbox.js';
import type { Admission } from './webhooks/admission.js';

/** Enough to tell changes apart. */
const ID_LENGTH = 32;

/** Own changes, other sites and what belongs to no team are refused as the door refuses them. Nothing is too old. */
export function createFindJudge(admission: Admission, clock: () => Date): JudgeFind {
  return (find) => {
    const now = clock();
    const admitted = admission.admit({ outcome: 'event', ...find }, null, now.getTime());
    return 'reason' in admitted ? { refused: admitted.reason } : toDelivery(find.event, idOf(find), now);
  };
}

/** Made of the change's key. */
function idOf({ event }: SweepFind): string {
  return `sweep-${hash('sha256', event.changeKey).slice(0, ID_LENGTH)}`;
}

/** An event that was accepted once, whose row is lost: `lostEventId` was that row's. */
export function toLostDelivery(event: PmEvent, lostEventId: string, now: Date): Delivery {
  return toDelivery(event, `restored-${lostEventId}`, now);
}

function toDelivery(event: PmEvent, deliveryId: string, now: Date): Delivery {
  const raw = Buffer.from(JSON.stringify(event));
  return {
    source: event.source,
    tenant: event.tenant,
    deliveryId,
    eventType: event.type,
    bodySha256: hash('sha256', raw),
    changeKey: event.changeKey,
    subject: event.subject,
    headers: {},
    raw,
    status: 'received',
    reason: null,
    event,
    priority: priorityOf(event, false),
    receivedAt: now.toISOString(),
    origin: 'reconcile',
  };
}
