/** What happens to one row between its claim and its end. Synchronous; callers run these inside one transaction. */
import type Database from 'better-sqlite3';
import type { Priority } from '../domain/priority.js';
import type { EventOrigin } from '../domain/stored-event.js';
import { type CycleSeq, createCycleSeq } from './cycle-seq.js';
import { hashesOfCycle } from './identity.js';
import type { Lanes } from './lanes/lanes.js';
import { createRenew } from './renew-cycle.js';
import type { SettledAt } from './settled.js';

/** A claimed row whose workflow Temporal may not have yet. */
export interface ClaimedRow {
  readonly seq: number;
  readonly id: string;
  readonly cycleId: string;
  /** JSON `PmEvent`. */
  readonly event: string;
  readonly receivedAt: string;
  readonly fence: number;
  readonly coalescedInto: string | null;
  /** The cycle that answered a newer event of the subject before; null where this is the newest. */
  readonly newerAnswered: string | null;
  readonly priority: Priority;
  readonly origin: EventOrigin;
  readonly attempts: number;
}

export interface StartedRow {
  readonly seq: number;
  readonly cycleId: string;
}

/** A row that came to its end. */
export interface EndedRow {
  readonly eventId: string;
  readonly cycleId: string;
  readonly subject: string | null;
  /** ISO 8601 UTC; null for one that never started. */
  readonly startedAt: string | null;
}

export interface CycleRows {
  /** Claimed rows: those with a cycle of their own by priority, then at most `foldedLimit` that fold into one; oldest first. */
  nextStarts(limit: number, foldedLimit?: number): readonly ClaimedRow[];
  /** How many rows with a cycle of their own are claimed and not started, counted up to `limit`. */
  startingCount(limit: number): number;
  /** How many started rows that fold into another cycle have not ended, counted up to `limit`. */
  notingCount(limit: number): number;
  /** The newest `limit` events that fold into this cycle, newest first by the vendor's clock. */
  foldedInto(cycleId: string, limit: number): readonly { readonly eventId: string; readonly event: string }[];
  markStarted(seq: number, at: string): void;
  /** Temporal refused the start; answers how often by now. */
  countRefusal(seq: number): number;
  /** Rows whose workflow runs or waits, by `seq` after `after`; with `settled` only those that it counts as old. */
  started(page: {
    readonly after: number;
    readonly settled?: SettledAt;
    readonly limit: number;
  }): readonly StartedRow[];
  hasStarted(): boolean;
  /** Has this cycle's row a workflow to start or to end? */
  isOpen(cycleId: string): boolean;
  /** Is there a row whose delivery gave this cycle id, whatever its cycle is called now? */
  hasDeliveryOf(cycleId: string): boolean;
  /**
   * The row ends and its lane is free. `isAnswered`: the cycle completed, so older changes of its subject are answered too.
   * Null where it had ended before.
   */
  finish(
    cycleId: string,
    end: { readonly reason: string | null; readonly at: Date; readonly isAnswered?: boolean },
  ): EndedRow | null;
  deadLetter(cycleId: string, end: { readonly reason: string; readonly at: Date }): EndedRow | null;
  /** The workflow is gone from Temporal: start it again. Answers how often by now; 0 where the row has ended already. */
  driveAgain(cycleId: string): number;
  /**
   * The row is answered anew, by a cycle with another id: what runs under this one in Temporal is not what the records
   * say. Answers the new id; null where the row has ended already.
   */
  renew(cycleId: string, now: Date): string | null;
}

export function createCycleRows(database: Database.Database, lanes: Lanes): CycleRows {
  const sql = { ...startStatements(database), ...endStatements(database) };
  const seqOf = createCycleSeq(database);
  return {
    nextStarts: (limit, foldedLimit = limit) => {
      const leaders = sql.starting.all(limit);
      const room = Math.min(limit - leaders.length, foldedLimit);
      return room > 0 ? [...leaders, ...sql.folding.all(room)] : leaders;
    },
    startingCount: (limit) => sql.startingCount.get(limit) ?? 0,
    notingCount: (limit) => sql.notingCount.get(limit) ?? 0,
    foldedInto: (cycleId, limit) => sql.foldedInto.all(cycleId, limit),
    markStarted: (seq, at) => {
      sql.markStarted.run(at, seq);
    },
    countRefusal: (seq) => sql.countRefusal.get(seq) ?? 0,
    started: ({ after, settled, limit }) =>
      settled === undefined
        ? sql.started.all(after, limit)
        : sql.settled.all(after, isoOf(settled.before), isoOf(settled.now), limit),
    hasStarted: () => sql.hasStarted.get() !== undefined,
    isOpen: (cycleId) => sql.isOpen.get(seqOf(cycleId)) !== undefined,
    hasDeliveryOf: (cycleId) => {
      const { own, base } = hashesOfCycle(cycleId);
      return sql.hasDelivery.get(own, base) !== undefined;
    },
    finish: (cycleId, { reason, at, isAnswered = false }) => {
      const row = sql.finish.get({ seq: seqOf(cycleId), reason, at: at.toISOString() });
      if (isAnswered && row !== undefined && isAnswer(row)) {
        lanes.noteAnswer(row);
      }
      lanes.release(cycleId, at.getTime());
      return row ?? null;
    },
    deadLetter: (cycleId, { reason, at }) => {
      const row = sql.deadLetter.get({ seq: seqOf(cycleId), reason, at: at.toISOString() });
      lanes.release(cycleId, at.getTime());
      return row ?? null;
    },
    driveAgain: (cycleId) => {
      const row = sql.again.get({ seq: seqOf(cycleId), isHolder: lanes.isHolder(cycleId) ? 1 : 0 });
      if (row?.relay === 'waiting') {
        lanes.enqueue(row);
      }
      return row?.attempts ?? 0;
    },
    renew: createRenew(database, lanes),
  };
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

interface FinishedRow extends EndedRow {
  readonly occurredMs: number | null;
  readonly coalescedInto: string | null;
}

function isAnswer(row: FinishedRow): row is FinishedRow & { subject: string; occurredMs: number } {
  return row.coalescedInto === null && row.subject !== null && row.occurredMs !== null;
}

const CLAIMED = `SELECT seq, id, cycle_id AS cycleId, event, received_at AS receivedAt, fence,
  coalesced_into AS coalescedInto, newer_answered AS newerAnswered, priority, origin, attempts FROM webhooks`;

/** Up to the moment that Temporal has a row's workflow. */
function startStatements(database: Database.Database) {
  return {
    starting: database.prepare<[number], ClaimedRow>(
      `${CLAIMED} WHERE relay = 'starting' ORDER BY priority, seq LIMIT ?`,
    ),
    folding: database.prepare<[number], ClaimedRow>(
      `${CLAIMED} WHERE relay = 'folding' ORDER BY seq LIMIT ?`,
    ),
    startingCount: database
      .prepare<[number], number>(
        `SELECT count(*) FROM (SELECT 1 FROM webhooks WHERE relay = 'starting' LIMIT ?)`,
      )
      .pluck(),
    notingCount: database
      .prepare<[number], number>(
        `SELECT count(*) FROM
           (SELECT 1 FROM webhooks WHERE status = 'started' AND coalesced_into IS NOT NULL LIMIT ?)`,
      )
      .pluck(),
    foldedInto: database.prepare<[string, number], { eventId: string; event: string }>(
      `SELECT id AS eventId, event FROM webhooks WHERE coalesced_into = ?
       ORDER BY ifnull(occurred_ms, arrived_ms) DESC, seq DESC LIMIT ?`,
    ),
    markStarted: database.prepare<[string, number]>(
      `UPDATE webhooks SET status = 'started', relay = NULL, started_at = ?
       WHERE seq = ? AND relay IN ('starting', 'folding')`,
    ),
    countRefusal: database
      .prepare<[number], number>(
        'UPDATE webhooks SET attempts = attempts + 1 WHERE seq = ? RETURNING attempts',
      )
      .pluck(),
  };
}

const ENDED = 'id AS eventId, cycle_id AS cycleId, subject, started_at AS startedAt';

/** From then on. */
function endStatements(database: Database.Database) {
  return {
    started: database.prepare<[number, number], StartedRow>(
      `SELECT seq, cycle_id AS cycleId FROM webhooks WHERE status = 'started' AND seq > ? ORDER BY seq LIMIT ?`,
    ),
    settled: database.prepare<[number, string, string, number], StartedRow>(
      `SELECT seq, cycle_id AS cycleId FROM webhooks
       WHERE status = 'started' AND seq > ? AND (started_at <= ? OR started_at > ?) ORDER BY seq LIMIT ?`,
    ),
    hasStarted: database
      .prepare<[], number>(`SELECT 1 FROM webhooks WHERE status = 'started' LIMIT 1`)
      .pluck(),
    isOpen: database
      .prepare<[CycleSeq], number>(
        `SELECT 1 FROM webhooks WHERE seq = ? AND status IN ('received', 'started')`,
      )
      .pluck(),
    hasDelivery: database
      .prepare<[number, number], number>('SELECT 1 FROM webhooks WHERE delivery_hash IN (?, ?) LIMIT 1')
      .pluck(),
    finish: database.prepare<[{ seq: CycleSeq; reason: string | null; at: string }], FinishedRow>(
      `UPDATE webhooks SET status = 'processed', relay = NULL, reason = @reason,
         started_at = ifnull(started_at, @at), processed_at = @at
       WHERE seq = @seq AND status IN ('received', 'started')
       RETURNING ${ENDED}, occurred_ms AS occurredMs, coalesced_into AS coalescedInto`,
    ),
    deadLetter: database.prepare<[{ seq: CycleSeq; reason: string; at: string }], EndedRow>(
      `UPDATE webhooks SET status = 'dead_letter', relay = NULL, reason = @reason, processed_at = @at
       WHERE seq = @seq AND status IN ('received', 'started') RETURNING ${ENDED}`,
    ),
    again: database.prepare<
      [{ seq: CycleSeq; isHolder: number }],
      { seq: number; subject: string; relay: string; arrivedMs: number; priority: number; attempts: number }
    >(
      `UPDATE webhooks SET status = 'received', started_at = NULL, attempts = attempts + 1,
         relay = CASE WHEN coalesced_into IS NOT NULL THEN 'folding' WHEN @isHolder THEN 'starting' ELSE 'waiting' END
       WHERE seq = @seq AND status = 'started'
       RETURNING seq, subject, relay, arrived_ms AS arrivedMs, priority, attempts`,
    ),
  };
}
