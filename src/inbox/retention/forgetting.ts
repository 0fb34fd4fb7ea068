/** Which rows are old enough to be deleted and may be, and how they are. Synchronous; one transaction deletes a few. */
import type Database from 'better-sqlite3';
import type { EventStatus } from '../../domain/stored-event.js';
import { type CycleSeq, createCycleSeq } from '../cycle-seq.js';
import { isLost } from '../relay/lost.js';
import type { Forgotten } from './forgotten.js';

/** Epoch milliseconds: what arrived before is old. */
export interface Ages {
  readonly now: number;
  readonly eventsBefore: number;
  /** For rows that alone know that their cycle is over: the mirror shows it as running for ever. */
  readonly lostBefore: number;
}

export interface Forgetting {
  /** The next rows after this `seq` that may go, and where to go on; `next` is null where the rest is younger. */
  look(after: number, ages: Ages): { readonly seqs: readonly number[]; readonly next: number | null };
  /** Deletes those of them that still may go. Answers how many. */
  forget(seqs: readonly number[], ages: Ages): number;
  /** Deletes some of the decisions that were settled before this time (ISO 8601). Answers how many. */
  forgetDecisions(before: string): number;
  /** The same for what stands in the audit log up to this `seq`. */
  forgetNotes(takenOver: number, before: string): number;
}

/** Rows of one look, and of one transaction: a few milliseconds. */
const BATCH = 20;
/** Of bodies in one transaction: a large one lies on many pages, and each is read to be freed. */
const BATCH_BYTES = 2 * 1024 * 1024;

interface OldRow {
  readonly seq: number;
  readonly arrivedMs: number;
  readonly status: EventStatus;
  readonly reason: string | null;
  readonly cycleId: string | null;
  readonly coalescedInto: string | null;
  readonly bodyHash: number;
  readonly bytes: number;
  /** 1: its event says when it happened. 0: it does not, and it came by webhook. Null: nothing could answer it twice. */
  readonly isDated: 0 | 1 | null;
}

const ENDED: ReadonlySet<EventStatus> = new Set(['processed', 'ignored', 'quarantined', 'dead_letter']);

export function createForgetting(database: Database.Database, forgotten: Forgotten): Forgetting {
  const sql = statementsOf(database);
  const seqOf = createCycleSeq(database);

  function isOld(row: OldRow, ages: Ages): boolean {
    const before = row.cycleId !== null && isLost(row) ? ages.lostBefore : ages.eventsBefore;
    return row.arrivedMs < before;
  }

  /** A row that is open needs its own, what it folds into, and what folds into it: it may be started once more. */
  function isNeeded({ seq, cycleId, coalescedInto }: OldRow): boolean {
    return (
      sql.hasPendingClick.get(seq) !== undefined ||
      (cycleId !== null && sql.isPointedAt.get(cycleId) !== undefined) ||
      (coalescedInto !== null && sql.isOpen.get(seqOf(coalescedInto)) !== undefined)
    );
  }

  const mayGo = (row: OldRow, ages: Ages) => ENDED.has(row.status) && isOld(row, ages) && !isNeeded(row);

  return {
    look: (after, ages) => {
      const page = sql.page.all(after, BATCH);
      const rows = firstBytes(page, BATCH_BYTES);
      const old = rows.filter((row) => mayGo(row, ages));
      const isMore = rows.length === BATCH || rows.length < page.length;
      return {
        seqs: old.map(({ seq }) => seq),
        next: isMore && !rows.some((row) => isYoung(row, ages)) ? (rows.at(-1)?.seq ?? null) : null,
      };
    },
    forget: (seqs, ages) => {
      const rows = seqs.flatMap((seq) => sql.one.all(seq)).filter((row) => mayGo(row, ages));
      for (const { seq, arrivedMs, bodyHash, isDated } of rows) {
        if (isDated !== null) {
          forgotten.note({ arrivedMs, bodyHash, isDated: isDated === 1 });
        }
        sql.remove.run(seq);
      }
      return rows.length;
    },
    forgetDecisions: (before) => sql.removeDecisions.run(before, BATCH).changes,
    forgetNotes: (takenOver, before) => sql.removeNotes.run(takenOver, before, BATCH).changes,
  };
}

/** Rows are in the order of their arrival, but for those that a clock dated ahead: what is behind them may be old. */
function isYoung({ arrivedMs }: OldRow, { now, eventsBefore }: Ages): boolean {
  return arrivedMs >= eventsBefore && arrivedMs <= now;
}

/** One row at least. */
function firstBytes(rows: readonly OldRow[], limit: number): readonly OldRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += row.bytes;
    return index > 0 && bytes > limit;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

/** Slack signs the time of sending: nothing of it comes again. */
const OLD = `SELECT seq, arrived_ms AS arrivedMs, status, reason, cycle_id AS cycleId, coalesced_into AS coalescedInto,
  body_hash AS bodyHash, length(raw) AS bytes,
  CASE WHEN event IS NULL THEN NULL WHEN occurred_ms IS NOT NULL THEN 1
    WHEN origin = 'webhook' AND source <> 'slack' THEN 0 END AS isDated
  FROM webhooks`;

function statementsOf(database: Database.Database) {
  return {
    page: database.prepare<[number, number], OldRow>(`${OLD} WHERE seq > ? ORDER BY seq LIMIT ?`),
    one: database.prepare<[number], OldRow>(`${OLD} WHERE seq = ?`),
    hasPendingClick: database.prepare<[number], number>(
      `SELECT 1 FROM clicks WHERE event_id = (SELECT id FROM webhooks WHERE seq = ?) AND status = 'pending'`,
    ),
    isPointedAt: database.prepare<[string], number>(
      `SELECT 1 FROM webhooks WHERE coalesced_into = ? AND status IN ('received', 'started') LIMIT 1`,
    ),
    isOpen: database.prepare<[CycleSeq], number>(
      `SELECT 1 FROM webhooks WHERE seq = ? AND status IN ('received', 'started')`,
    ),
    /** Its click goes with it. */
    remove: database.prepare<[number]>('DELETE FROM webhooks WHERE seq = ?'),
    removeDecisions: database.prepare<[string, number]>(
      `DELETE FROM decisions WHERE seq IN
         (SELECT seq FROM decisions WHERE settled_at < ? ORDER BY settled_at LIMIT ?)`,
    ),
    removeNotes: database.prepare<[number, string, number]>(
      `DELETE FROM audit_notes WHERE seq IN
         (SELECT seq FROM audit_notes WHERE seq <= ? AND at < ? ORDER BY seq LIMIT ?)`,
    ),
  };
}
