/** What the inbox knows already of a delivery: by its id, by its body, by the change it tells of. */
import type Database from 'better-sqlite3';
import { sameChangeElsewhere } from '../domain/change-key.js';
import type { IdentityHashes } from './identity.js';
import type { Delivery } from './inbox.js';

export interface KnownRow {
  readonly eventId: string;
  readonly cycleId: string | null;
}

export interface Duplicates {
  /** The first row with the same delivery id, else the same type and body, else the same change. */
  find(delivery: Delivery, hashes: IdentityHashes): KnownRow | undefined;
  /** The same besides the row of this event: it knows itself. */
  findOther(delivery: Delivery, hashes: IdentityHashes, eventId: string): KnownRow | undefined;
  /** The same change by the other way in, webhook or sweep, where its key is no more than a time. */
  toldElsewhere(delivery: Delivery): KnownRow | undefined;
  /** The event type under which the same body came before, with another name in its unsigned header; undefined for none. */
  nameOfSameBody(delivery: Delivery, bodyHash: number): string | undefined;
  /** Is this cycle id, as deliveries give it, another row's? */
  hasCycle(cycleId: string, deliveryHash: number): boolean;
}

const NAME_HEADER = 'x-event-key';

export function createDuplicates(database: Database.Database): Duplicates {
  const find = database.prepare<unknown[], KnownRow>(findSql(''));
  const findOther = database.prepare<unknown[], KnownRow>(findSql('AND id <> ?'));
  const otherName = database.prepare<unknown[], string>(OTHER_NAME).pluck();
  const elsewhere = database.prepare<unknown[], KnownRow>(ELSEWHERE);
  const hasCycle = database
    .prepare<[number, string], number>(
      'SELECT 1 FROM webhooks WHERE delivery_hash = ? AND cycle_id = ? LIMIT 1',
    )
    .pluck();
  return {
    find: (delivery, hashes) => find.get(...keysOf(delivery, hashes).flat()),
    findOther: (delivery, hashes, eventId) =>
      findOther.get(...keysOf(delivery, hashes).flatMap((keys) => [...keys, eventId])),
    toldElsewhere: ({ event, subject, eventType, origin = 'webhook' }) => {
      const around = event === null ? null : sameChangeElsewhere(event);
      return around === null
        ? undefined
        : elsewhere.get(subject, eventType, around.fromMs, around.toMs, around.actor, around.actor, origin);
    },
    nameOfSameBody: (delivery, bodyHash) => {
      const name = delivery.headers[NAME_HEADER];
      return name === undefined
        ? undefined
        : otherName.get(bodyHash, delivery.bodySha256, delivery.source, delivery.eventType, name);
    },
    hasCycle: (cycleId, deliveryHash) => hasCycle.get(deliveryHash, cycleId) !== undefined,
  };
}

/** Each part reads the few rows of one number and compares the whole key; the first that finds one ends it. */
function findSql(besides: string): string {
  return `SELECT id AS eventId, cycle_id AS cycleId FROM webhooks
    WHERE delivery_hash = ? AND source = ? AND delivery_id = ? AND tenant = ? ${besides}
  UNION ALL SELECT id, cycle_id FROM webhooks
    WHERE body_hash = ? AND body_sha256 = ? AND source = ? AND event_type = ? ${besides}
  UNION ALL SELECT id, cycle_id FROM webhooks
    WHERE change_hash = ? AND change_key = ? ${besides}
  LIMIT 1`;
}

/** What each part of it compares. */
function keysOf(delivery: Delivery, hashes: IdentityHashes): readonly (readonly unknown[])[] {
  const { source, deliveryId, tenant, bodySha256, eventType, changeKey } = delivery;
  return [
    [hashes.deliveryHash, source, deliveryId, tenant],
    [hashes.bodyHash, bodySha256, source, eventType],
    [hashes.changeHash, changeKey],
  ];
}

/** By the time that the vendor gave it: `occurred_ms` is never later than the arrival. */
const ELSEWHERE = `SELECT id AS eventId, cycle_id AS cycleId FROM webhooks
  WHERE subject = ? AND event_type = ? AND round(unixepoch(event ->> '$.occurredAt', 'subsec') * 1000) BETWEEN ? AND ?
    AND (? IS NULL OR json_extract(event, '$.actor.id') = ?) AND origin <> ?
  LIMIT 1`;

/** What was ignored is stored under the vendor's name, what was understood under ours: the header tells them apart. */
const OTHER_NAME = `SELECT event_type FROM webhooks
  WHERE body_hash = ? AND body_sha256 = ? AND source = ? AND event_type <> ?
    AND json_extract(headers, '$."${NAME_HEADER}"') IS NOT ?
  LIMIT 1`;
