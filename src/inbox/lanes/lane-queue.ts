/**
 * Whose turn it is among the free lanes with waiting rows. Conversations before changes before bulk changes; and within
 * a class by turns the one that waits longest and the one that came last, so that after an outage new events begin
 * while the backlog drains. Every eighth turn goes the other way round, so that bulk changes wait long, never for ever.
 */
import type Database from 'better-sqlite3';

export interface LaneTiming {
  /** Epoch milliseconds. */
  readonly now: number;
  /** A subject is due when it was quiet for this long … */
  readonly windowMs: number;
  /** … or when its oldest event waits for this long: a steady drip is answered too. */
  readonly capMs: number;
}

export interface LaneQueue {
  /** A subject that is due; null where none is. Does not count as a turn. */
  pick(timing: LaneTiming): string | null;
  /** The subject whose turn it is. */
  next(timing: LaneTiming): string | null;
  /** When the next free lane is due, epoch milliseconds; null where none waits. */
  nextDue(windowMs: number, capMs: number): number | null;
  /** Is what arrived then due now? */
  isDue(arrivedMs: number, now: number, windowMs: number): boolean;
}

/** An arrival this far in the future means that the clock was set back: its subject is due at once. */
const CLOCK_STEP_MS = 1_000;
const CLASSES = [1, 2, 3] as const;
const LOWEST_FIRST = CLASSES.toReversed();
const ROUND = 8;

type Pick = (priority: number, timing: LaneTiming) => string | undefined;

export function createLaneQueue(database: Database.Database): LaneQueue {
  const sql = queueStatements(database);
  let turn = 0;

  const overdue: Pick = (priority, { now, capMs }) => sql.overdue.get(priority, now - capMs);
  const ahead: Pick = (priority, { now }) => sql.ahead.get(priority, now + CLOCK_STEP_MS);
  const oldest: Pick = (priority, { now, windowMs }) => sql.oldest.get(priority, now - windowMs);
  const newest: Pick = (priority, { now, windowMs }) => sql.newest.get(priority, now - windowMs);

  function among(classes: readonly number[], first: Pick, timing: LaneTiming): string | null {
    for (const priority of classes) {
      const subject = first(priority, timing) ?? overdue(priority, timing) ?? ahead(priority, timing);
      if (subject !== undefined) {
        return subject;
      }
    }
    return null;
  }

  return {
    pick: (timing) => among(CLASSES, oldest, timing),
    next: (timing) => {
      turn = (turn + 1) % ROUND;
      return among(turn === 0 ? LOWEST_FIRST : CLASSES, turn % 2 === 0 ? oldest : newest, timing);
    },
    nextDue: (windowMs, capMs) => sql.nextDue.get({ windowMs, capMs }) ?? null,
    isDue: (arrivedMs, now, windowMs) => arrivedMs <= now - windowMs || arrivedMs > now + CLOCK_STEP_MS,
  };
}

function queueStatements(database: Database.Database) {
  const subject = (where: string, order: string) =>
    database
      .prepare<[number, number], string>(
        `SELECT subject FROM lanes WHERE holder IS NULL AND priority = ? AND ${where} ORDER BY ${order} LIMIT 1`,
      )
      .pluck();
  const first = (column: string, wait: string) =>
    CLASSES.map(
      (priority) =>
        `SELECT * FROM (SELECT ${column} + ${wait} AS due FROM lanes
           WHERE holder IS NULL AND ${column} IS NOT NULL AND priority = ${priority} ORDER BY ${column} LIMIT 1)`,
    );
  return {
    oldest: subject('newest_ms <= ?', 'newest_ms'),
    newest: subject('newest_ms <= ?', 'newest_ms DESC'),
    overdue: subject('oldest_ms <= ?', 'oldest_ms'),
    ahead: subject('newest_ms > ?', 'newest_ms'),
    nextDue: database
      .prepare<[{ windowMs: number; capMs: number }], number | null>(
        `SELECT min(due) FROM (${[...first('newest_ms', '@windowMs'), ...first('oldest_ms', '@capMs')].join(' UNION ALL ')})`,
      )
      .pluck(),
  };
}
