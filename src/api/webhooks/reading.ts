/** What the bytes of one delivery mean, as a row to store: the same when they arrive and whenever they are read again. */
import type { PmEvent } from '../../domain/event.js';
import { priorityOf } from '../../domain/priority.js';
import type { Delivery } from '../../inbox/inbox.js';
import type { Admission } from './admission.js';
import type { Decoded, KnownThreads, Parsed, WebhookDoor } from './door.js';

/** What stays the same however often the bytes are read. */
export type Envelope = Pick<Delivery, 'deliveryId' | 'bodySha256' | 'headers' | 'raw' | 'receivedAt'>;

export interface ReadingParts {
  readonly admission: Admission;
  readonly threads: KnownThreads;
}

/** A person used an approval card. */
const CLICK = 'approval_click';

/** What starts no cycle. */
const NO_EVENT = { changeKey: null, subject: null, event: null, priority: 2 } as const;

/** `now`: when it is, to judge how old the delivery is; null where a person vouches for its age. */
export function readDelivery(
  door: WebhookDoor,
  decoded: Decoded,
  envelope: Envelope,
  parts: ReadingParts,
  now: number | null,
): Delivery {
  const common = { ...envelope, source: door.source };
  if (!decoded.ok) {
    const { reason } = decoded;
    return {
      ...common,
      ...NO_EVENT,
      tenant: 'default',
      eventType: 'unreadable',
      status: 'dead_letter',
      reason,
    };
  }
  const { headers } = envelope;
  const meaning = understand(door, headers, decoded.body, parts, now);
  if (meaning.outcome === 'event') {
    return { ...common, ...understood(meaning.event, door.isBulk?.(headers) ?? false) };
  }
  const { tenant } = meaning;
  if (meaning.outcome === 'click') {
    const { click } = meaning;
    return { ...common, ...NO_EVENT, tenant, eventType: CLICK, status: 'processed', reason: null, click };
  }
  const eventType = door.eventName(headers, decoded.body) || 'unnamed';
  return { ...common, ...NO_EVENT, tenant, eventType, status: meaning.outcome, reason: meaning.reason };
}

function understand(
  door: WebhookDoor,
  headers: Envelope['headers'],
  body: Readonly<Record<string, unknown>>,
  { admission, threads }: ReadingParts,
  now: number | null,
): Parsed {
  const parsed = door.parse(headers, body, threads);
  return admission.admit(parsed, now === null ? null : { signedAt: door.signedAt?.(body) ?? null, now });
}

/** The part of a delivery that its event says. */
export function understood(event: PmEvent, isBulk: boolean) {
  const { tenant, changeKey, subject, type } = event;
  return {
    tenant,
    changeKey,
    subject,
    eventType: type,
    status: 'received',
    reason: null,
    event,
    priority: priorityOf(event, isBulk),
  } as const;
}
