/** One delivery becomes one row, or is recognised as one that is there already. */
import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import { type Elsewhere, sameChangeElsewhere } from '../domain/change-key.js';
import type { Accepted, Delivery, EventOrigin } from './inbox.js';
import type { IssueKeys } from './issue-keys.js';
import type { Lanes } from './lanes.js';

export interface AcceptParts {
  readonly database: Database.Database;
  readonly lanes: Lanes;
  readonly issueKeys: IssueKeys;
  readonly clock: () => Date;
}

const CYCLE_ID_LIMIT = 200;
const NAME_HEADER = 'x-event-key';

/** Stores deliveries; the returned function is synchronous and runs inside the group's transaction. */
export function createAccept(parts: AcceptParts): (delivery: Delivery) => Accepted {
  const sql = acceptStatements(parts.database);

  /** The new row's `seq`; null for a row that some unique key refused. */
  function insert(delivery: Delivery, id: string, arrivedMs: number): number | null {
    const { changes, lastInsertRowid } = sql.insert.run({ ...columnsOf(delivery), id, arrivedMs });
    return changes === 1 ? Number(lastInsertRowid) : null;
  }

  function afterInsert(delivery: Delivery, row: { readonly seq: number; readonly arrivedMs: number }): void {
    if (delivery.event !== null) {
      parts.issueKeys.learn(delivery.event);
    }
    if (delivery.status === 'received' && delivery.subject !== null) {
      parts.lanes.enqueue(delivery.subject, row);
    }
  }

  return (incoming) => {
    const resolved = parts.issueKeys.resolve(incoming);
    const arrivedMs = parts.clock().getTime();
    const replayOf = resolved.status === 'received' ? firstUnderAnotherName(sql, resolved) : undefined;
    if (replayOf !== undefined) {
      const known = findDuplicate(sql, resolved);
      if (known !== undefined) {
        return { outcome: 'duplicate', ...known };
      }
    }
    const toldElsewhere = replayOf === undefined ? findToldElsewhere(sql, resolved) : undefined;
    if (toldElsewhere !== undefined) {
      return { outcome: 'duplicate', ...toldElsewhere };
    }
    const quarantined = replayOf === undefined ? null : `the same body came as ${replayOf} before`;
    const delivery = quarantined === null ? resolved : heldBack(resolved, quarantined);
    const id = newEventId(arrivedMs);
    const seq = insert(delivery, id, arrivedMs);
    if (seq !== null) {
      afterInsert(delivery, { seq, arrivedMs });
      return { outcome: 'stored', eventId: id, ...(quarantined === null ? {} : { quarantined }) };
    }
    const first = findDuplicate(sql, delivery);
    if (first !== undefined) {
      return { outcome: 'duplicate', ...first };
    }
    const cycleId = otherCycleId(delivery, id);
    const second = insert({ ...delivery, cycleId }, id, arrivedMs);
    if (second === null) {
      throw new Error(
        `the delivery ${delivery.deliveryId} of ${delivery.source} could not be stored under its own id`,
      );
    }
    afterInsert(delivery, { seq: second, arrivedMs });
    return { outcome: 'stored', eventId: id, cycleId };
  };
}

/**
 * Bitbucket names the event in a header that its signature does not cover: a captured body that comes again under
 * another name would pass for a new event. Bodies that name their event themselves have no such header.
 */
function firstUnderAnotherName(
  sql: ReturnType<typeof acceptStatements>,
  delivery: Delivery,
): string | undefined {
  const name = delivery.headers[NAME_HEADER];
  return name === undefined
    ? undefined
    : sql.otherName.get({
        source: delivery.source,
        bodySha256: delivery.bodySha256,
        eventType: delivery.eventType,
        name,
      });
}

/** The same change, told by a webhook and found by the sweep, where its key is no more than a time. */
function findToldElsewhere(
  sql: ReturnType<typeof acceptStatements>,
  { event, subject, eventType, origin = 'webhook' }: Delivery,
): FirstRow | undefined {
  const elsewhere = event === null ? null : sameChangeElsewhere(event);
  return elsewhere === null ? undefined : sql.elsewhere.get({ ...elsewhere, subject, eventType, origin });
}

function heldBack(delivery: Delivery, reason: string): Delivery {
  return {
    ...delivery,
    status: 'quarantined',
    reason,
    changeKey: null,
    subject: null,
    event: null,
    cycleId: null,
  };
}

/**
 * 48 bits of time, 80 of a random UUID (Node keeps those in stock), hex: neighbours in time are neighbours in the
 * index, which halves its writes.
 */
function newEventId(nowMs: number): string {
  return `evt_${nowMs.toString(16).padStart(12, '0')}${randomUUID().replaceAll('-', '').slice(0, 20)}`;
}

/** Two delivery ids can be cut or cleaned to one cycle id; an event that shared its cycle id would never run. */
function otherCycleId(delivery: Delivery, id: string): string {
  return `${delivery.cycleId?.slice(0, CYCLE_ID_LIMIT - id.length)}-${id.slice('evt_'.length)}`;
}

/** Every name in `INSERT` below, without the row's id and time of arrival. */
function columnsOf(delivery: Delivery) {
  return {
    source: delivery.source,
    tenant: delivery.tenant,
    deliveryId: delivery.deliveryId,
    eventType: delivery.eventType,
    bodySha256: delivery.bodySha256,
    changeKey: delivery.changeKey,
    subject: delivery.subject,
    status: delivery.status,
    reason: delivery.reason,
    relay: delivery.status === 'received' ? 'waiting' : null,
    cycleId: delivery.cycleId,
    origin: delivery.origin ?? 'webhook',
    receivedAt: delivery.receivedAt,
    headers: JSON.stringify(delivery.headers),
    event: delivery.event === null ? null : JSON.stringify(delivery.event),
    raw: delivery.raw,
  };
}

type InsertParams = ReturnType<typeof columnsOf> & { readonly id: string; readonly arrivedMs: number };

const INSERT = `INSERT INTO webhooks (id, source, tenant, delivery_id, event_type, body_sha256, change_key, subject, status,
    reason, relay, cycle_id, origin, received_at, arrived_ms, headers, event, raw)
  VALUES (@id, @source, @tenant, @deliveryId, @eventType, @bodySha256, @changeKey, @subject, @status,
    @reason, @relay, @cycleId, @origin, @receivedAt, @arrivedMs, @headers, @event, @raw)
  ON CONFLICT DO NOTHING`;

interface FirstRow {
  readonly eventId: string;
  readonly cycleId: string | null;
}

function acceptStatements(database: Database.Database) {
  const select = 'SELECT id AS eventId, cycle_id AS cycleId FROM webhooks';
  return {
    insert: database.prepare<[InsertParams]>(INSERT),
    byDelivery: database.prepare<[string, string, string], FirstRow>(
      `${select} WHERE source = ? AND tenant = ? AND delivery_id = ?`,
    ),
    byBody: database.prepare<[string, string, string], FirstRow>(
      `${select} WHERE source = ? AND event_type = ? AND body_sha256 = ?`,
    ),
    /** What was ignored is stored under the vendor's name, what was understood under ours: the header tells them apart. */
    otherName: database
      .prepare<[Pick<Delivery, 'source' | 'bodySha256' | 'eventType'> & { readonly name: string }], string>(
        `SELECT event_type FROM webhooks
         WHERE source = @source AND body_sha256 = @bodySha256 AND event_type <> @eventType
           AND json_extract(headers, '$."${NAME_HEADER}"') IS NOT @name
         LIMIT 1`,
      )
      .pluck(),
    byChange: database.prepare<[string], FirstRow>(`${select} WHERE change_key = ?`),
    elsewhere: database.prepare<
      [Elsewhere & Pick<Delivery, 'subject' | 'eventType'> & { readonly origin: EventOrigin }],
      FirstRow
    >(
      `${select} WHERE subject = @subject AND event_type = @eventType
         AND json_extract(event, '$.occurredAt') BETWEEN @from AND @to
         AND (@actor IS NULL OR json_extract(event, '$.actor.id') = @actor)
         AND origin <> @origin
       LIMIT 1`,
    ),
  };
}

function findDuplicate(sql: ReturnType<typeof acceptStatements>, delivery: Delivery): FirstRow | undefined {
  return (
    sql.byDelivery.get(delivery.source, delivery.tenant, delivery.deliveryId) ??
    sql.byBody.get(delivery.source, delivery.eventType, delivery.bodySha256) ??
    (delivery.changeKey === null ? undefined : sql.byChange.get(delivery.changeKey))
  );
}
