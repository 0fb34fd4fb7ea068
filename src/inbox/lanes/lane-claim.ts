/** One free lane is handed to the newest of its waiting rows; the older ones fold into it. */
import type Database from 'better-sqlite3';
import { type Answered, orderWaiting, type Waiting } from './lane-order.js';

/** Rows that one claim takes: bounds the transaction. What is left waits for the subject's next turn. */
const LARGEST_CLAIM = 1_000;

interface LaneRow extends Answered {
  readonly first: number;
}

/** Does nothing where the lane is held or nothing waits. Every fence is larger than `fenceFloor`. */
export function createClaim(
  database: Database.Database,
  fenceFloor: number,
): (subject: string, now: number) => void {
  const sql = claimStatements(database);

  function fold(row: Waiting, into: string, fence: number): void {
    sql.repoint.run(into, row.cycleId);
    sql.fold.run(into, fence, row.seq);
  }

  return (subject, now) => {
    const lane = sql.lane.get(subject);
    if (lane === undefined) {
      return;
    }
    const { leader, older, late } = orderWaiting(sql.waiting.all(subject, lane.first, LARGEST_CLAIM), lane);
    for (const row of late) {
      fold(row, lane.answeredBy ?? '', lane.fence);
    }
    if (leader !== null) {
      const fence = sql.take.get(leader.cycleId, fenceFloor, now, subject) ?? 0;
      for (const row of older) {
        fold(row, leader.cycleId, fence);
      }
      sql.lead.run(fence, leader.isLate ? lane.answeredBy : null, leader.seq);
    }
    sql.remaining.run({ subject, first: lane.first });
  };
}

/** The index on `subject` ends in `seq`, so this reads what arrived since the first waiting row and no more. */
const WAITING = `subject = @subject AND seq >= @first AND relay = 'waiting'`;

function claimStatements(database: Database.Database) {
  return {
    lane: database.prepare<[string], LaneRow & { readonly fence: number }>(
      `SELECT first_seq AS first, fence, answered_ms AS answeredMs, answered_by AS answeredBy
       FROM lanes WHERE subject = ? AND holder IS NULL AND first_seq IS NOT NULL`,
    ),
    waiting: database.prepare<[string, number, number], Waiting>(
      `SELECT seq, cycle_id AS cycleId, event_type AS eventType, occurred_ms AS occurredMs, arrived_ms AS arrivedMs
       FROM webhooks WHERE subject = ? AND seq >= ? AND relay = 'waiting' ORDER BY seq LIMIT ?`,
    ),
    take: database
      .prepare<[string, number, number, string], number>(
        `UPDATE lanes SET holder = ?, fence = max(fence, ?) + 1, since = ?, state = 'held' WHERE subject = ? RETURNING fence`,
      )
      .pluck(),
    /** Keeps pointers one step long where a row that others fold into had to be driven again. */
    repoint: database.prepare<[string, string]>(
      'UPDATE webhooks SET coalesced_into = ? WHERE coalesced_into = ?',
    ),
    fold: database.prepare<[string, number, number]>(
      `UPDATE webhooks SET relay = 'folding', coalesced_into = ?, fence = ? WHERE seq = ?`,
    ),
    lead: database.prepare<[number, string | null, number]>(
      `UPDATE webhooks SET relay = 'starting', fence = ?, newer_answered = ? WHERE seq = ?`,
    ),
    remaining: database.prepare<[{ subject: string; first: number }]>(
      `UPDATE lanes SET (first_seq, oldest_ms, newest_ms, priority) =
         (SELECT min(seq), min(arrived_ms), max(arrived_ms), min(priority) FROM webhooks WHERE ${WAITING})
       WHERE subject = @subject`,
    ),
  };
}
