import { randomBytes } from 'node:crypto';
import { cycleIdFor, type EventSource } from '../domain/event.js';

/** The id of another cycle of a row that had one: as where two deliveries share an id, rows are found by the part before it (identity.ts). */
export function furtherCycleId(source: EventSource, deliveryId: string): string {
  return `${cycleIdFor(source, deliveryId)}-${randomBytes(16).toString('hex')}`;
}
