/** A find of the sweep as a delivery: under the rules of a webhook, and with an id made of its change key. */
import { hash } from 'node:crypto';
import type { SweepFind } from '../audit/mirror.js';
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
    return 'reason' in admitted ? { refused: admitted.reason } : toDelivery(find, now);
  };
}

function toDelivery({ event }: SweepFind, now: Date): Delivery {
  const raw = Buffer.from(JSON.stringify(event));
  const deliveryId = `sweep-${hash('sha256', event.changeKey).slice(0, ID_LENGTH)}`;
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
