/** One delivery becomes one row, or is recognised as one that is there already. Synchronous; runs inside the group's transaction. */
import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import { cycleIdFor, eventIdAt } from '../domain/event.js';
import { createDuplicates, type Duplicates } from './duplicates.js';
import { type IdentityHashes, identityHashes, otherCycleId } from './identity.js';
import type { Accepted, Delivery } from './inbox.js';
import type { IssueKeys } from './issue-keys.js';
import type { Forgotten } from './retention/forgotten.js';

export interface AcceptParts {
  readonly database: Database.Database;
  readonly issueKeys: IssueKeys;
  readonly forgotten: Forgotten;
  readonly clock: () => Date;
}

/**
 * Looks before it stores: the transaction holds the write lock, so nothing can come in between. No unique index
 * stands behind it, because one over such keys would cost each acknowledgement a fifth of its time (docs/decisions/0014).
 */
export function createAccept(parts: AcceptParts): (delivery: Delivery) => Accepted {
  const duplicates = createDuplicates(parts.database);
  const insert = parts.database.prepare<unknown[]>(INSERT);

  return (incoming) => {
    const resolved = parts.issueKeys.resolve(incoming);
    const hashes = identityHashes(resolved);
    const known = duplicates.find(resolved, hashes) ?? duplicates.toldElsewhere(resolved);
    if (known !== undefined) {
      return { outcome: 'duplicate', ...known };
    }
    const reason = whyHeldBack(duplicates, parts.forgotten, resolved, hashes);
    const delivery = reason === null ? resolved : heldBack(resolved, reason);
    const arrivedMs = parts.clock().getTime();
    const id = eventIdAt(arrivedMs, randomUUID());
    const cycleId = delivery.status === 'received' ? freeCycleId(duplicates, delivery, hashes, id) : null;
    insert.run(...valuesOf({ ...delivery, id, cycleId, arrivedMs, hashes }));
    if (delivery.event !== null) {
      parts.issueKeys.learn(delivery.event);
    }
    return { outcome: 'stored', eventId: id, cycleId, ...(reason === null ? {} : { quarantined: reason }) };
  };
}

/**
 * A captured body that comes again must not pass for a new event. Not under another name: Bitbucket says it in a header
 * that its signature does not cover (bodies that name their event themselves have no such header). And not once the row
 * that it would be recognised by is deleted.
 */
function whyHeldBack(
  duplicates: Duplicates,
  forgotten: Forgotten,
  delivery: Delivery,
  { bodyHash }: IdentityHashes,
): string | null {
  if (delivery.status !== 'received' || delivery.event === null) {
    return null;
  }
  const before = duplicates.nameOfSameBody(delivery, bodyHash);
  return before === undefined
    ? forgotten.why(delivery.event, bodyHash)
    : `the same body came as ${before} before`;
}

function heldBack(delivery: Delivery, reason: string): Delivery {
  return { ...delivery, status: 'quarantined', reason, changeKey: null, subject: null, event: null };
}

/** The delivery's own cycle id; with the event's id behind it where another delivery's is cleaned to the same. */
export function freeCycleId(
  duplicates: Duplicates,
  { source, deliveryId }: Delivery,
  { deliveryHash }: IdentityHashes,
  id: string,
): string {
  const cycleId = cycleIdFor(source, deliveryId);
  return duplicates.hasCycle(cycleId, deliveryHash) ? otherCycleId(cycleId, id) : cycleId;
}

const COLUMNS = [
  'id',
  'source',
  'tenant',
  'delivery_id',
  'event_type',
  'body_sha256',
  'change_key',
  'delivery_hash',
  'body_hash',
  'change_hash',
  'subject',
  'status',
  'reason',
  'relay',
  'priority',
  'cycle_id',
  'origin',
  'received_at',
  'arrived_ms',
  'occurred_ms',
  'headers',
  'event',
  'raw',
] as const;

const INSERT = `INSERT INTO webhooks (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`;

type Row = Delivery & {
  readonly id: string;
  readonly cycleId: string | null;
  readonly arrivedMs: number;
  readonly hashes: IdentityHashes;
};

/** In the order of `COLUMNS`; by position, because names cost each insert a tenth of its time. */
function valuesOf(row: Row): readonly unknown[] {
  const { event, hashes } = row;
  return [
    row.id,
    row.source,
    row.tenant,
    row.deliveryId,
    row.eventType,
    row.bodySha256,
    row.changeKey,
    hashes.deliveryHash,
    hashes.bodyHash,
    row.changeKey === null ? null : hashes.changeHash,
    row.subject,
    row.status,
    row.reason,
    row.status === 'received' ? 'waiting' : null,
    row.priority,
    row.cycleId,
    row.origin ?? 'webhook',
    row.receivedAt,
    row.arrivedMs,
    occurredMs(event?.occurredAt, row.arrivedMs),
    JSON.stringify(row.headers),
    event === null ? null : JSON.stringify(event),
    row.raw,
  ];
}

/**
 * By the vendor's clock, yet never later than it arrived: a clock that ran ahead and was set right would make all that
 * follows look late.
 */
export function occurredMs(occurredAt: string | null | undefined, arrivedMs: number): number | null {
  const time = Date.parse(occurredAt ?? '');
  return Number.isNaN(time) ? null : Math.min(time, arrivedMs);
}
