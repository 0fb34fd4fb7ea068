/** The read side of the mirror over its own read-only connection. Before the worker first ran, everything is empty. */

import type Database from 'better-sqlite3';
import { type LateConnection, openWhenReady } from '../database/open-when-ready.js';
import { OPEN_STATUSES } from '../domain/approval.js';
import { windowStart } from '../domain/limit.js';
import { actionReading } from './action-reading.js';
import { approvalReading } from './approval-reading.js';
import type { ApprovalsTable } from './approval-tables.js';
import { autonomyReading } from './autonomy-reading.js';
import { budgetUse } from './budget-reading.js';
import { verifyChain } from './chain-reading.js';
import { decodeCursor, pageOf } from './cursor.js';
import { declinedReading } from './declined-reading.js';
import type {
  CycleDetail,
  CycleFilter,
  MirrorReader,
  MirrorVitals,
  Page,
  Paged,
  SweepFind,
} from './mirror-reader.js';
import type { LlmCallsTable } from './model-call-table.js';
import { NEEDS_ATTENTION } from './needs-attention.js';
import { NOTES_SOURCE } from './note-records.js';
import type { ActionsTable, AuditLogTable, CyclesTable, StepsTable, SweepFindsTable } from './schema.js';
import { type All, trialReading } from './trial-reading.js';
import { RETOLD } from './uncounted.js';

export interface MirrorReaderOptions {
  readonly file: string;
  /** Opens a read-only connection (database/open.ts); called once the file is there. */
  readonly open: (file: string) => Database.Database;
}

/** Looking for a mirror that no worker has made yet would cost each delivery a twentieth of its time. */
const LOOK_EVERY_MS = 100;

/** A `MirrorReader` that connects as soon as the mirror's file exists and has its tables. */
export function createMirrorReader(options: MirrorReaderOptions): MirrorReader {
  const connection = openWhenReady(options.file, 'declined', options.open, LOOK_EVERY_MS);
  const all = <T>(sql: string, ...params: unknown[]): readonly T[] =>
    (connection
      .get()
      ?.prepare(sql)
      .all(...params) as T[] | undefined) ?? [];
  const one = <T>(sql: string, ...params: unknown[]): T | null => all<T>(sql, ...params)[0] ?? null;
  return {
    changed: changeDetector(connection),
    laneWishes: (ids) =>
      ids.length === 0
        ? []
        : all(
            `SELECT id, lane, status FROM cycles WHERE id IN (SELECT value FROM json_each(?))`,
            JSON.stringify(ids),
          ),
    laneRequests: () =>
      all(`SELECT id, subject, fence FROM cycles WHERE lane = 'requested' ORDER BY started_at LIMIT 500`),
    listCycles: (filter, page) => listCycles(all, filter, page),
    getCycle: (id) => getCycle(all, id),
    ...approvalReading(all),
    ...actionReading(all, one),
    getBlob: (hash) => one<{ data: Buffer }>('SELECT data FROM blobs WHERE hash = ?', hash)?.data ?? null,
    auditOf: (id) => all<AuditLogTable>('SELECT * FROM audit_log WHERE cycle_id = ? ORDER BY seq', id),
    listAudit: (page) => listAudit(all, page),
    verifyChain: () => verifyChain(connection.get(), options.file),
    ownAccounts: () => all('SELECT vendor, account_id AS accountId FROM agent_accounts'),
    isRefilling: () => one(REFILLING) !== null,
    findsAfter: (seq, limit) =>
      all<SweepFindsTable>('SELECT * FROM sweep_finds WHERE seq > ? ORDER BY seq LIMIT ?', seq, limit).map(
        toFind,
      ),
    notesTakenOver: () =>
      one<{ seq: number }>('SELECT seq FROM taken_over WHERE source = ?', NOTES_SOURCE)?.seq ?? 0,
    isOwnEffect: ownEffects(connection),
    postedInThread: (channel, threadTs) =>
      one(
        `SELECT 1 AS found FROM actions WHERE kind IN ('slack.message', 'escalate') AND status = 'executed' AND (target = ? OR (target = ? AND remote_id = ?)) LIMIT 1`,
        `slack:${channel}/${threadTs}`,
        `slack:${channel}`,
        threadTs,
      ) !== null,
    ...autonomyReading(all),
    ...declinedReading(all),
    ...trialReading(all),
    vitals: (now) =>
      one<MirrorVitals>(VITALS, windowStart(now), dayBefore(now), dayBefore(now), dayBefore(now)),
    budgetUse: (since) => budgetUse(all, since),
    close: () => connection.close(),
  };
}

function dayBefore(now: string): string {
  return new Date(Date.parse(now) - 86_400_000).toISOString();
}

/** An hour ago, and a day ago: calls are found by when they began (index `llm_calls_by_start`). */
const VITALS = `SELECT (SELECT count(*) FROM approvals WHERE status IN (${OPEN_STATUSES.map((status) => `'${status}'`).join(', ')})) AS approvalsPending,
  (SELECT count(*) FROM breakers WHERE opened_at > ?) AS breakersOpen,
  (SELECT count(*) FROM actions WHERE status = 'unknown') AS effectsUnknown,
  (SELECT count(*) FROM cycles CROSS JOIN actions ON actions.cycle_id = cycles.id
    WHERE cycles.received_at > ? AND actions.status = 'denied') AS actionsDenied,
  (SELECT count(DISTINCT cycle_id) FROM declined WHERE declined_at > ? AND answered_at IS NULL) AS eventsDeclined,
  promptTokens, cachedTokens, modelCost,
  (SELECT coalesce(group_concat(target), '') FROM circuits WHERE closed_at IS NULL) AS outages,
  (SELECT max(watermark) FROM sweep_marks) AS sweptAt
  FROM (SELECT total(input_tokens + cache_read_tokens + cache_write_tokens) AS promptTokens,
    total(cache_read_tokens) AS cachedTokens, total(cost_usd) AS modelCost FROM llm_calls WHERE started_at > ? AND NOT ${RETOLD})`;

/** A Temporal that never lists what it knows must not hold up the relay for ever. */
const REFILLING = `SELECT 1 FROM restores
  WHERE refilled_at IS NULL AND restored_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 hour') LIMIT 1`;

function toFind({ seq, event, actor_ids }: SweepFindsTable): SweepFind {
  return {
    seq,
    event: JSON.parse(event) as SweepFind['event'],
    actorIds: JSON.parse(actor_ids) as SweepFind['actorIds'],
  };
}

/**
 * Ids of comments are unique at their vendor; a message's ts is so in its channel, and an escalation names a person.
 * Every delivery of a comment asks this: the statement is prepared once.
 */
function ownEffects(connection: LateConnection): MirrorReader['isOwnEffect'] {
  const find = preparedOnce<Pick<ActionsTable, 'kind' | 'target'>>(
    connection,
    'SELECT kind, target FROM actions WHERE remote_id = ?',
  );
  return ({ kinds, remoteId, targets }) =>
    find(remoteId).some(
      ({ kind, target }) =>
        kinds.some((known) => known === kind) && (kind !== 'slack.message' || targets.includes(target)),
    );
}

function preparedOnce<T>(connection: LateConnection, sql: string): (...params: unknown[]) => readonly T[] {
  let prepared: { readonly on: Database.Database; readonly statement: Database.Statement } | null = null;
  return (...params) => {
    const database = connection.get();
    if (database === null) {
      return [];
    }
    prepared = prepared?.on === database ? prepared : { on: database, statement: database.prepare(sql) };
    return prepared.statement.all(...params) as T[];
  };
}

/** Tells whether anything was committed since it was last asked. */
function changeDetector(connection: LateConnection): () => boolean {
  let version: unknown = null;
  return () => {
    const seen = connection.get()?.pragma('data_version', { simple: true }) ?? null;
    const changed = seen !== version;
    version = seen;
    return changed;
  };
}

function listCycles(all: All, filter: CycleFilter, page: Page): Paged<CyclesTable> {
  const after = decodeCursor(page.cursor);
  const subjects =
    filter.subject === undefined
      ? null
      : JSON.stringify([
          filter.subject,
          `jira:${filter.subject}`,
          `bitbucket:${filter.subject}`,
          `slack:${filter.subject}`,
        ]);
  const conditions: [string, ...unknown[]][] = [
    ...(filter.status === undefined ? [] : [['status = ?', filter.status] as [string, unknown]]),
    ...(filter.source === undefined ? [] : [['source = ?', filter.source] as [string, unknown]]),
    ...(subjects === null
      ? []
      : [['subject IN (SELECT value FROM json_each(?))', subjects] as [string, unknown]]),
    ...(filter.since === undefined ? [] : [['received_at >= ?', filter.since] as [string, unknown]]),
    ...(filter.attention === undefined ? [] : [[NEEDS_ATTENTION] as [string]]),
    ...(after === null
      ? []
      : [['(received_at, id) < (?, ?)', after.at, after.id] as [string, unknown, unknown]]),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(([sql]) => sql).join(' AND ')}`;
  const rows = all<CyclesTable>(
    `SELECT * FROM cycles ${where} ORDER BY received_at DESC, id DESC LIMIT ?`,
    ...conditions.flatMap(([, ...params]) => params),
    page.limit + 1,
  );
  return pageOf(rows, page.limit, (row) => ({ at: row.received_at, id: row.id }));
}

function getCycle(all: All, id: string): CycleDetail | null {
  const [cycle] = all<CyclesTable>('SELECT * FROM cycles WHERE id = ?', id);
  if (cycle === undefined) {
    return null;
  }
  return {
    cycle,
    steps: all<StepsTable>('SELECT * FROM steps WHERE cycle_id = ? ORDER BY started_at, rowid', id),
    actions: all<ActionsTable>(
      'SELECT * FROM actions WHERE cycle_id = ? AND undoes IS NULL ORDER BY seq',
      id,
    ),
    approvals: all<ApprovalsTable>('SELECT * FROM approvals WHERE cycle_id = ? ORDER BY asked_at, id', id),
    modelCalls: all<LlmCallsTable>('SELECT * FROM llm_calls WHERE cycle_id = ? ORDER BY started_at', id),
  };
}

function listAudit(all: All, page: Page): Paged<AuditLogTable> {
  const after = decodeCursor(page.cursor);
  const rows = all<AuditLogTable>(
    'SELECT * FROM audit_log WHERE seq < ? ORDER BY seq DESC LIMIT ?',
    after === null ? Number.MAX_SAFE_INTEGER : Number(after.id),
    page.limit + 1,
  );
  return pageOf(rows, page.limit, (row) => ({ at: row.at, id: String(row.seq) }));
}
