import type { PmEvent } from './event.js';

/** The databases were brought back from a backup. What happened since then happened all the same, unknown to them. */
export interface Restore {
  /** When the copies were put in place; nothing ran then. ISO 8601 UTC, like the other. */
  readonly at: string;
  /** When the backup was begun: what came later is not in it. */
  readonly takenAt: string;
  /** Every fence from before the restore is smaller, every later one larger. */
  readonly fenceFloor: number;
}

/** Vendors' clocks and ours differ. */
const CLOCKS_MS = 10 * 60_000;
/** Longer than any vendor goes on delivering. */
const LATEST_DELIVERY_MS = 24 * 3_600_000;

/**
 * Can an effect for this event have left before the restore, unknown to the ledger? Then answers until when (the time of
 * the restore); null where the ledger knows them all.
 */
export function unknownUntil(
  restore: Restore | null,
  { event, receivedAt }: { readonly event: Pick<PmEvent, 'occurredAt'>; readonly receivedAt: string },
): string | null {
  if (restore === null) {
    return null;
  }
  const restoredMs = Date.parse(restore.at);
  const isFromBefore =
    event.occurredAt === null
      ? Date.parse(receivedAt) < restoredMs + LATEST_DELIVERY_MS
      : Date.parse(event.occurredAt) < restoredMs + CLOCKS_MS;
  return isFromBefore ? restore.at : null;
}
