/**
 * One lane per subject: at most one cycle holds it, so two cycles never reason about the same thing at once, and each
 * change of hands grows the fence, over a restore too (restores.ts). Synchronous; callers run these inside one transaction (group-commit.ts).
 */
import type Database from 'better-sqlite3';
import { fenceFloorOf } from '../restores.js';
import { EVER, type SettledAt } from '../settled.js';
import { createClaim } from './lane-claim.js';
import { createIntake, type WaitingRow } from './lane-intake.js';
import { createLaneQueue, type LaneTiming } from './lane-queue.js';

export type { LaneTiming } from './lane-queue.js';

export interface Lanes {
  /** This row waits for its subject's lane (again). New rows get there by themselves, with the next claim. */
  enqueue(row: WaitingRow): void;
  /** Brings what arrived into its lanes, a bounded number of rows. True where more may be left. */
  takeIn(): boolean;
  /** Is any free lane due, or may a new row be? */
  hasReady(timing: LaneTiming): boolean;
  /**
   * Takes in what arrived, then hands due, free lanes to the newest of their waiting rows; the older ones fold into it.
   * Highest priority first, yet nothing waits for ever (lane-queue.ts). Answers how many subjects were dealt with.
   */
  claimReady(timing: LaneTiming, limit: number): number;
  /** When the next free lane is due, epoch milliseconds; null where none waits. */
  nextDue(windowMs: number, capMs: number): number | null;
  /**
   * Gives a free lane to a cycle that was parked and wants to act. False where another holds it, or it does already.
   * `fence` is the one that the cycle had; the new one is larger.
   */
  grant(
    request: { readonly cycleId: string; readonly subject: string; readonly fence: number },
    now: number,
  ): boolean;
  /** The lane of this cycle, if it holds one, becomes free. */
  release(cycleId: string, now: number): boolean;
  /** A completed cycle answered an event of this subject that happened at `occurredMs` (the vendor's clock). */
  noteAnswer(answer: {
    readonly subject: string;
    readonly cycleId: string;
    readonly occurredMs: number;
  }): void;
  isHolder(cycleId: string): boolean;
  /** The cycle that holds this subject's lane; null where it is free. */
  holderOf(subject: string): string | null;
  /** Cycles that hold a lane, ordered by id, after `after`; with `settled` only those that it counts as old. */
  holders(page: {
    readonly after: string;
    readonly settled?: SettledAt;
    readonly limit: number;
  }): readonly string[];
  /** How many lanes are held, counted up to `limit`. */
  heldCount(limit: number): number;
  anyHeld(): boolean;
}

export function createLanes(database: Database.Database): Lanes {
  const sql = laneStatements(database);
  const intake = createIntake(database);
  const queue = createLaneQueue(database);
  const fenceFloor = fenceFloorOf(database);
  const claim = createClaim(database, fenceFloor);

  function isNewDue({ now, windowMs }: LaneTiming): boolean {
    const arrived = intake.firstArrival();
    return arrived !== null && queue.isDue(arrived, now, windowMs);
  }

  return {
    enqueue: (row) => intake.enqueue([row]),
    takeIn: () => intake.takeIn(),
    hasReady: (timing) => isNewDue(timing) || queue.pick(timing) !== null,
    claimReady: (timing, limit) => {
      intake.takeIn();
      let claimed = 0;
      for (let subject = queue.next(timing); subject !== null; subject = queue.next(timing)) {
        claim(subject, timing.now);
        claimed += 1;
        if (claimed === limit) {
          break;
        }
      }
      return claimed;
    },
    nextDue: (windowMs, capMs) => {
      const arrived = intake.firstArrival();
      const due = queue.nextDue(windowMs, capMs);
      return arrived === null ? due : Math.min(arrived + windowMs, due ?? Number.POSITIVE_INFINITY);
    },
    grant: ({ cycleId, subject, fence }, now) =>
      sql.isHolder.get(cycleId) === undefined &&
      sql.grant.run({ cycleId, subject, fence: Math.max(fence, fenceFloor), now }).changes === 1,
    release: (cycleId, now) => sql.release.run(now, cycleId).changes === 1,
    noteAnswer: ({ subject, cycleId, occurredMs }) => {
      sql.noteAnswer.run(occurredMs, cycleId, subject, occurredMs);
    },
    isHolder: (cycleId) => sql.isHolder.get(cycleId) !== undefined,
    holderOf: (subject) => sql.holderOf.get(subject) ?? null,
    holders: ({ after, settled = EVER, limit }) => sql.holders.all(after, settled.before, settled.now, limit),
    heldCount: (limit) => sql.heldCount.get(limit) ?? 0,
    anyHeld: () => sql.anyHeld.get() !== undefined,
  };
}

function laneStatements(database: Database.Database) {
  return {
    grant: database.prepare<[{ cycleId: string; subject: string; fence: number; now: number }]>(
      `INSERT INTO lanes (subject, holder, fence, since, state) VALUES (@subject, @cycleId, @fence + 1, @now, 'held')
       ON CONFLICT (subject) DO UPDATE SET
         holder = @cycleId, fence = max(fence, @fence) + 1, since = @now, state = 'held'
       WHERE holder IS NULL`,
    ),
    release: database.prepare<[number, string]>(
      `UPDATE lanes SET holder = NULL, state = 'free', since = ? WHERE holder = ?`,
    ),
    noteAnswer: database.prepare<[number, string, string, number]>(
      `UPDATE lanes SET answered_ms = ?, answered_by = ? WHERE subject = ? AND ifnull(answered_ms, 0) < ?`,
    ),
    isHolder: database.prepare<[string], number>('SELECT 1 FROM lanes WHERE holder = ?').pluck(),
    holderOf: database.prepare<[string], string | null>('SELECT holder FROM lanes WHERE subject = ?').pluck(),
    holders: database
      .prepare<[string, number, number, number], string>(
        'SELECT holder FROM lanes WHERE holder > ? AND (since <= ? OR since > ?) ORDER BY holder LIMIT ?',
      )
      .pluck(),
    heldCount: database
      .prepare<[number], number>(
        'SELECT count(*) FROM (SELECT 1 FROM lanes WHERE holder IS NOT NULL LIMIT ?)',
      )
      .pluck(),
    anyHeld: database.prepare<[], number>('SELECT 1 FROM lanes WHERE holder IS NOT NULL LIMIT 1').pluck(),
  };
}
