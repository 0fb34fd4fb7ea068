/**
 * What a delivery is recognised by, as small numbers. The keys themselves (ids, sha256, change keys) are long and random:
 * an index over them touches a page of its own for each delivery, and grows to more pages than fit in memory.
 * A number only finds candidates; every lookup compares the whole key too, so two keys that share one do no harm.
 */
import { hash } from 'node:crypto';
import { cycleIdFor } from '../domain/event.js';
import type { Delivery } from './inbox.js';

/** 48 bits: a safe integer, six bytes in SQLite. */
const HEX_DIGITS = 12;

export interface IdentityHashes {
  /** Of the cycle id that the delivery's id gives: finds a row by its delivery and by its cycle. */
  readonly deliveryHash: number;
  readonly bodyHash: number;
  /** Null where the vendor names no change. */
  readonly changeHash: number | null;
}

export function identityHashes(
  delivery: Pick<Delivery, 'source' | 'deliveryId' | 'bodySha256' | 'changeKey'>,
): IdentityHashes {
  return {
    deliveryHash: shortHash(cycleIdFor(delivery.source, delivery.deliveryId)),
    bodyHash: bodyHashOf(delivery.bodySha256),
    changeHash: delivery.changeKey === null ? null : shortHash(delivery.changeKey),
  };
}

/** The first 48 bits of a text's sha256. Rows are found by it, so it never changes. */
export function shortHash(text: string): number {
  return bodyHashOf(hash('sha256', text));
}

/** The first 48 bits of a sha256 in hex. */
export function bodyHashOf(sha256: string): number {
  return Number.parseInt(sha256.slice(0, HEX_DIGITS), 16);
}

/** A row whose delivery's cycle id was taken got it with its own event id behind it. */
const OTHER_CYCLE = /-[0-9a-f]{32}$/;

/** The `deliveryHash` of rows that can have this cycle: by its own name, and by the one that was taken. */
export function hashesOfCycle(cycleId: string): { readonly own: number; readonly base: number } {
  const base = cycleId.replace(OTHER_CYCLE, '');
  const own = shortHash(cycleId);
  return { own, base: base === cycleId ? own : shortHash(base) };
}

/** Two delivery ids can be cleaned to one cycle id; an event that shared its cycle id would never run. */
export function otherCycleId(cycleId: string, eventId: string): string {
  return `${cycleId}-${eventId.slice('evt_'.length)}`;
}
