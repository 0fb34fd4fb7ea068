/** What no webhook told of as a delivery: a find of the sweep, under the rules of a webhook; an event that a restore lost. */
import { hash } from 'node:crypto';
import type { SweepFind } from '../audit/mirror-reader.js';
import type { PmEvent } from '../domain/event.js';
import type { JudgeFind } from '../inbox/find-intake.js';
import type { Delivery } from '../inbox/inbox.js';
import type { Admission } from './webhooks/admission.js';
import { understood } from './webhooks/reading.js';

/** Enough to tell changes apart. */
const ID_LENGTH = 32;

/** Own changes, other sites and what belongs to no team are refused as the door refuses them. Nothing is too old here. */
export function createFindJudge(admission: Admission, clock: () => Date): JudgeFind {
  return (find) => {
    const admitted = admission.admit({ outcome: 'event', ...find }, null);
    return 'reason' in admitted ? { refused: admitted.reason } : toDelivery(find.event, idOf(find), clock());
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
    ...understood(event, false),
    source: event.source,
    deliveryId,
    bodySha256: hash('sha256', raw),
    headers: {},
    raw,
    receivedAt: now.toISOString(),
    origin: 'reconcile',
  };
}
