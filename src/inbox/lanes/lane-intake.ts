/**
 * How rows get into their lanes: not with the acknowledgement, which would pay for it, but many at once when the relay
 * next claims. How far it has looked stands in the database, so that it is undone with a transaction that fails.
 */
import type Database from 'better-sqlite3';

export interface WaitingRow {
  readonly seq: number;
  readonly subject: string;
  readonly arrivedMs: number;
  readonly priority: number;
}

export interface Intake {
  /** Notes these rows in their subjects' lanes. */
  enqueue(rows: readonly WaitingRow[]): void;
  /** Notes what arrived since the last time, a bounded number of rows. True where more may be left. */
  takeIn(): boolean;
  /** When the first row that was not taken in yet arrived, epoch milliseconds; null for none. */
  firstArrival(): number | null;
}

/** Rows of one transaction: bounds how long it holds the loop. */
const LARGEST_INTAKE = 2_000;

interface NewRow extends Omit<WaitingRow, 'subject'> {
  readonly subject: string | null;
  readonly relay: string | null;
}

interface Share {
  first: number;
  oldest: number;
  newest: number;
  priority: number;
}

export function createIntake(database: Database.Database): Intake {
  const sql = intakeStatements(database);

  function enqueue(rows: readonly WaitingRow[]): void {
    for (const [subject, { first, oldest, newest, priority }] of sharesOf(rows)) {
      sql.enqueue.run(subject, oldest, first, oldest, newest, priority);
    }
  }

  return {
    enqueue,
    takeIn: () => {
      const rows = sql.newRows.all(LARGEST_INTAKE);
      const last = rows.at(-1);
      if (last !== undefined) {
        enqueue(rows.filter(isWaiting));
        sql.lookedTo.run(last.seq);
      }
      return rows.length === LARGEST_INTAKE;
    },
    firstArrival: () => sql.firstArrival.get() ?? null,
  };
}

function isWaiting(row: NewRow): row is NewRow & WaitingRow {
  return row.relay === 'waiting' && row.subject !== null;
}

/** One write for each subject, however many of its rows came. */
function sharesOf(rows: readonly WaitingRow[]): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>();
  for (const { subject, seq, arrivedMs, priority } of rows) {
    const share = shares.get(subject);
    if (share === undefined) {
      shares.set(subject, { first: seq, oldest: arrivedMs, newest: arrivedMs, priority });
    } else {
      share.oldest = Math.min(share.oldest, arrivedMs);
      share.newest = Math.max(share.newest, arrivedMs);
      share.priority = Math.min(share.priority, priority);
    }
  }
  return shares;
}

function intakeStatements(database: Database.Database) {
  const since = 'FROM webhooks WHERE seq > (SELECT looked_to FROM relay WHERE id = 1) ORDER BY seq';
  return {
    newRows: database.prepare<[number], NewRow>(
      `SELECT seq, subject, arrived_ms AS arrivedMs, priority, relay ${since} LIMIT ?`,
    ),
    firstArrival: database.prepare<[], number>(`SELECT arrived_ms ${since} LIMIT 1`).pluck(),
    lookedTo: database.prepare<[number]>('UPDATE relay SET looked_to = ? WHERE id = 1'),
    enqueue: database.prepare<[string, number, number, number, number, number]>(
      `INSERT INTO lanes (subject, since, state, first_seq, oldest_ms, newest_ms, priority)
       VALUES (?, ?, 'free', ?, ?, ?, ?)
       ON CONFLICT (subject) DO UPDATE SET
         first_seq = min(ifnull(first_seq, excluded.first_seq), excluded.first_seq),
         oldest_ms = min(ifnull(oldest_ms, excluded.oldest_ms), excluded.oldest_ms),
         newest_ms = max(ifnull(newest_ms, excluded.newest_ms), excluded.newest_ms),
         priority = min(ifnull(priority, excluded.priority), excluded.priority)`,
    ),
  };
}
