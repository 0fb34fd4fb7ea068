/**
 * One lane per subject: at most one cycle holds it, so two cycles never reason about the same thing at once, and each
 * change of hands grows the fence. Synchronous; callers run these inside one transaction (group-commit.ts).
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

export interface Lanes {
  /** This row of the subject waits since `arrivedMs`. */
  enqueue(subject: string, row: { readonly seq: number; readonly arrivedMs: number }): void;
  /** Is any free lane due? */
  hasReady(timing: LaneTiming): boolean;
  /** Hands each due, free lane to the newest of its waiting rows; the older ones fold into it. Answers how many lanes. */
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
  isHolder(cycleId: string): boolean;
  /** The cycle that holds this subject's lane; null where it is free. */
  holderOf(subject: string): string | null;
  /** Cycles that hold a lane since `since` or longer, ordered by id, after `after`. */
  holders(page: {
    readonly after: string;
    readonly since: number;
    readonly limit: number;
  }): readonly string[];
  /** How many lanes are held; counts the answer. */
  heldCount(): number;
  anyHeld(): boolean;
  known(subject: string): boolean;
}

/** Rows that one claim takes: bounds the transaction. What is left waits for the subject's next turn. */
const LARGEST_CLAIM = 1_000;
/** An arrival this far in the future means that the clock was set back: its subject is due at once. */
const CLOCK_STEP_MS = 1_000;

export function createLanes(database: Database.Database): Lanes {
  const sql = laneStatements(database);
  const claimOne = createClaim(database);

  function ready(timing: LaneTiming, limit: number): readonly string[] {
    const subjects = new Set([
      ...sql.settled.all(timing.now - timing.windowMs, limit),
      ...sql.overdue.all(timing.now - timing.capMs, limit),
      ...sql.ahead.all(timing.now + CLOCK_STEP_MS, limit),
    ]);
    return [...subjects].slice(0, limit);
  }

  return {
    enqueue: (subject, { seq, arrivedMs }) => {
      sql.enqueue.run(subject, arrivedMs, seq, arrivedMs, arrivedMs);
    },
    hasReady: (timing) => ready(timing, 1).length > 0,
    claimReady: (timing, limit) =>
      ready(timing, limit).filter((subject) => claimOne(subject, timing.now)).length,
    nextDue: (windowMs, capMs) => {
      const { newest, oldest } = sql.nextDue.get() ?? { newest: null, oldest: null };
      const due = [newest === null ? null : newest + windowMs, oldest === null ? null : oldest + capMs];
      const times = due.filter((time) => time !== null);
      return times.length === 0 ? null : Math.min(...times);
    },
    grant: ({ cycleId, subject, fence }, now) => {
      if (sql.isHolder.get(cycleId) !== undefined) {
        return false;
      }
      return sql.grant.run({ cycleId, subject, fence, now }).changes === 1;
    },
    release: (cycleId, now) => sql.release.run(now, cycleId).changes === 1,
    isHolder: (cycleId) => sql.isHolder.get(cycleId) !== undefined,
    holderOf: (subject) => sql.holderOf.get(subject) ?? null,
    holders: ({ after, since, limit }) => sql.holders.all(after, since, limit),
    heldCount: () => sql.heldCount.get() ?? 0,
    anyHeld: () => sql.anyHeld.get() !== undefined,
    known: (subject) => sql.known.get(subject) !== undefined,
  };
}

function laneStatements(database: Database.Database) {
  const subjects = (where: string, order: string) =>
    database
      .prepare<[number, number], string>(
        `SELECT subject FROM lanes WHERE holder IS NULL AND ${where} ORDER BY ${order} LIMIT ?`,
      )
      .pluck();
  return {
    enqueue: database.prepare<[string, number, number, number, number]>(
      `INSERT INTO lanes (subject, since, state, first_seq, oldest_ms, newest_ms) VALUES (?, ?, 'free', ?, ?, ?)
       ON CONFLICT (subject) DO UPDATE SET
         first_seq = min(ifnull(first_seq, excluded.first_seq), excluded.first_seq),
         oldest_ms = min(ifnull(oldest_ms, excluded.oldest_ms), excluded.oldest_ms),
         newest_ms = max(ifnull(newest_ms, excluded.newest_ms), excluded.newest_ms)`,
    ),
    settled: subjects('newest_ms <= ?', 'newest_ms'),
    overdue: subjects('oldest_ms <= ?', 'oldest_ms'),
    ahead: subjects('newest_ms > ?', 'newest_ms'),
    nextDue: database.prepare<[], { newest: number | null; oldest: number | null }>(
      `SELECT
         (SELECT newest_ms FROM lanes WHERE holder IS NULL AND newest_ms IS NOT NULL ORDER BY newest_ms LIMIT 1) AS newest,
         (SELECT oldest_ms FROM lanes WHERE holder IS NULL AND oldest_ms IS NOT NULL ORDER BY oldest_ms LIMIT 1) AS oldest`,
    ),
    grant: database.prepare<[{ cycleId: string; subject: string; fence: number; now: number }]>(
      `INSERT INTO lanes (subject, holder, fence, since, state) VALUES (@subject, @cycleId, @fence + 1, @now, 'held')
       ON CONFLICT (subject) DO UPDATE SET
         holder = @cycleId, fence = max(fence, @fence) + 1, since = @now, state = 'held'
       WHERE holder IS NULL`,
    ),
    release: database.prepare<[number, string]>(
      `UPDATE lanes SET holder = NULL, state = 'free', since = ? WHERE holder = ?`,
    ),
    isHolder: database.prepare<[string], number>('SELECT 1 FROM lanes WHERE holder = ?').pluck(),
    holderOf: database.prepare<[string], string | null>('SELECT holder FROM lanes WHERE subject = ?').pluck(),
    holders: database
      .prepare<[string, number, number], string>(
        'SELECT holder FROM lanes WHERE holder > ? AND since <= ? ORDER BY holder LIMIT ?',
      )
      .pluck(),
    heldCount: database.prepare<[], number>('SELECT count(*) FROM lanes WHERE holder IS NOT NULL').pluck(),
    anyHeld: database.prepare<[], number>('SELECT 1 FROM lanes WHERE holder IS NOT NULL LIMIT 1').pluck(),
    known: database.prepare<[string], number>('SELECT 1 FROM lanes WHERE subject = ?').pluck(),
  };
}

function createClaim(database: Database.Database): (subject: string, now: number) => boolean {
  const sql = claimStatements(database);
  return (subject, now) => {
    const lane = sql.lane.get(subject);
    if (lane === undefined) {
      return false;
    }
    const newest = sql.leader.get({ ...lane, limit: LARGEST_CLAIM });
    const fence = newest === undefined ? undefined : sql.take.get(newest.leader, now, subject);
    if (newest !== undefined && fence !== undefined) {
      const claim = { ...lane, ...newest, fence };
      sql.repoint.run(claim);
      sql.fold.run(claim);
      sql.lead.run(claim);
    }
    sql.remaining.run(lane);
    return fence !== undefined;
  };
}

interface Claim {
  readonly subject: string;
  /** The first waiting row. */
  readonly first: number;
  readonly leader: string;
  readonly seq: number;
  readonly fence: number;
}

/** The index on `subject` ends in `seq`, so this reads what arrived since the first waiting row and no more. */
const WAITING = `subject = @subject AND seq >= @first AND relay = 'waiting'`;

function claimStatements(database: Database.Database) {
  return {
    lane: database.prepare<[string], { subject: string; first: number }>(
      'SELECT subject, first_seq AS first FROM lanes WHERE subject = ? AND holder IS NULL AND first_seq IS NOT NULL',
    ),
    leader: database.prepare<
      [{ subject: string; first: number; limit: number }],
      { seq: number; leader: string }
    >(
      `SELECT seq, cycle_id AS leader FROM webhooks WHERE seq =
         (SELECT max(seq) FROM (SELECT seq FROM webhooks WHERE ${WAITING} ORDER BY seq LIMIT @limit))`,
    ),
    take: database
      .prepare<[string, number, string], number>(
        `UPDATE lanes SET holder = ?, fence = fence + 1, since = ?, state = 'held' WHERE subject = ? RETURNING fence`,
      )
      .pluck(),
    /** Keeps pointers one step long where a row that others fold into had to be driven again. */
    repoint: database.prepare<[Claim]>(
      `UPDATE webhooks SET coalesced_into = @leader
       WHERE coalesced_into IN (SELECT cycle_id FROM webhooks WHERE ${WAITING} AND seq < @seq)`,
    ),
    fold: database.prepare<[Claim]>(
      `UPDATE webhooks SET relay = 'folding', coalesced_into = @leader, fence = @fence WHERE ${WAITING} AND seq < @seq`,
    ),
    lead: database.prepare<[Claim]>(
      `UPDATE webhooks SET relay = 'starting', fence = @fence WHERE seq = @seq`,
    ),
    remaining: database.prepare<[{ subject: string; first: number }]>(
      `UPDATE lanes SET (first_seq, oldest_ms, newest_ms) =
         (SELECT min(seq), min(arrived_ms), max(arrived_ms) FROM webhooks WHERE ${WAITING})
       WHERE subject = @subject`,
    ),
  };
}
