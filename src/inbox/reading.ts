/** The questions that the API asks of stored deliveries. */
import type Database from 'better-sqlite3';
import type { EventSource, PmEvent } from '../domain/event.js';
import type { EventOrigin, EventStatus } from '../domain/stored-event.js';
import { type CycleSeq, createCycleSeq } from './cycle-seq.js';
import type { Inbox, WebhookFilter, WebhookRow } from './inbox.js';

interface StoredRow {
  readonly seq: number;
  readonly id: string;
  readonly source: EventSource;
  readonly tenant: string;
  readonly delivery_id: string;
  readonly event_type: string;
  readonly body_sha256: string;
  readonly change_key: string | null;
  readonly subject: string | null;
  readonly status: EventStatus;
  readonly reason: string | null;
  readonly cycle_id: string | null;
  readonly coalesced_into: string | null;
  readonly origin: EventOrigin;
  readonly received_at: string;
  readonly started_at: string | null;
  readonly processed_at: string | null;
  readonly headers: string;
  readonly event: string | null;
}

const SELECT = `SELECT seq, id, source, tenant, delivery_id, event_type, body_sha256, change_key, subject, status, reason,
  cycle_id, coalesced_into, origin, received_at, started_at, processed_at, headers, event FROM webhooks`;

const FILTERS = ['status', 'source', 'subject'] as const;

/** Literals: SQLite takes a partial index only where the condition stands in the text. */
const ORIGINS: { readonly [O in EventOrigin]: string } = {
  webhook: "origin = 'webhook'",
  reconcile: "origin = 'reconcile'",
};

/** The read methods of `Inbox`. Lists are newest first; a cursor is the `seq` of the last row shown. */
export function createReading(
  database: Database.Database,
): Pick<Inbox, 'get' | 'raw' | 'list' | 'byCycle' | 'queued' | 'knowsSubject'> {
  const byId = database.prepare<[string], StoredRow>(`${SELECT} WHERE id = ?`);
  const bySeq = database.prepare<[CycleSeq], StoredRow>(`${SELECT} WHERE seq = ?`);
  const seqOf = createCycleSeq(database);
  const queued = database.prepare<[number], StoredRow>(
    `${SELECT} WHERE status = 'received' ORDER BY seq DESC LIMIT ?`,
  );
  const ofSubject = database
    .prepare<[string], number>('SELECT 1 FROM webhooks WHERE subject = ? AND cycle_id IS NOT NULL LIMIT 1')
    .pluck();
  const raw = database.prepare<[string], Buffer>('SELECT raw FROM webhooks WHERE id = ?').pluck();
  return {
    get: (eventId) => toRow(byId.get(eventId)),
    raw: (eventId) => raw.get(eventId) ?? null,
    byCycle: (cycleId) => toRow(bySeq.get(seqOf(cycleId))),
    knowsSubject: (subject) => ofSubject.get(subject) !== undefined,
    queued: (limit) => queued.all(limit).map(rowOf),
    list: (filter, page) => list(database, filter, page),
  };
}

function list(
  database: Database.Database,
  filter: WebhookFilter,
  page: Parameters<Inbox['list']>[1],
): ReturnType<Inbox['list']> {
  const given = FILTERS.filter((name) => filter[name] !== undefined);
  const conditions = [
    ...given.map((name) => `${name} = @${name}`),
    ...(filter.origin === undefined ? [] : [ORIGINS[filter.origin]]),
    'seq < @before',
  ].join(' AND ');
  const rows = database
    .prepare<[object], StoredRow>(`${SELECT} WHERE ${conditions} ORDER BY seq DESC LIMIT @rows`)
    .all({ ...filter, before: beforeOf(page.cursor), rows: page.limit + 1 });
  const shown = rows.slice(0, page.limit);
  const last = rows.length > page.limit ? shown.at(-1) : undefined;
  return { items: shown.map(rowOf), nextCursor: last === undefined ? null : String(last.seq) };
}

/** A cursor that this code did not make shows the first page. */
function beforeOf(cursor: string | null): number {
  return cursor !== null && /^\d{1,15}$/.test(cursor) ? Number(cursor) : Number.MAX_SAFE_INTEGER;
}

function toRow(row: StoredRow | undefined): WebhookRow | null {
  return row === undefined ? null : rowOf(row);
}

function rowOf(row: StoredRow): WebhookRow {
  return {
    id: row.id,
    source: row.source,
    tenant: row.tenant,
    deliveryId: row.delivery_id,
    eventType: row.event_type,
    bodySha256: row.body_sha256,
    changeKey: row.change_key,
    subject: row.subject,
    headers: JSON.parse(row.headers) as WebhookRow['headers'],
    status: row.status,
    reason: row.reason,
    event: row.event === null ? null : (JSON.parse(row.event) as PmEvent),
    cycleId: row.cycle_id,
    coalescedInto: row.coalesced_into,
    origin: row.origin,
    receivedAt: row.received_at,
    startedAt: row.started_at,
    processedAt: row.processed_at,
  };
}
