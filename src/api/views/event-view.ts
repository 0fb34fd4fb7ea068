import { z } from 'zod';
import { EVENT_SOURCES } from '../../domain/event.js';
import { EVENT_ORIGINS, EVENT_STATUSES } from '../../domain/stored-event.js';
import type { WebhookRow } from '../../inbox/inbox.js';
import { jsonObject, listOf, time } from './common.js';

export const eventShape = z
  .object({
    id: z.string(),
    source: z.enum(EVENT_SOURCES),
    tenant: z.string(),
    deliveryId: z.string(),
    eventType: z.string(),
    bodySha256: z.string(),
    changeKey: z.string().nullable(),
    subject: z.string().nullable(),
    headers: z.record(z.string(), z.string()),
    status: z.enum(EVENT_STATUSES),
    reason: z.string().nullable(),
    event: jsonObject
      .nullable()
      .openapi({ description: 'The normalised event; null unless a cycle answers it' }),
    cycleId: z.string().nullable(),
    coalescedInto: z.string().nullable(),
    origin: z
      .enum(EVENT_ORIGINS)
      .openapi({ description: 'webhook: the vendor told of it; reconcile: the sweep found it' }),
    receivedAt: time,
    startedAt: time.nullable(),
    processedAt: time.nullable(),
  })
  .openapi('Event');

/** What stored a cycle, however it came. */
export const acceptedShape = z
  .looseObject({ status: z.literal('accepted'), eventId: z.string(), cycleId: z.string() })
  .openapi('Accepted');

export const eventListShape = listOf('EventList', eventShape);

export function toEventView(row: WebhookRow): z.input<typeof eventShape> {
  const { headers, event, ...rest } = row;
  return { ...rest, headers: { ...headers }, event: event === null ? null : { ...event } };
}
