/** What vendors asked to be left alone: noted for every worker over this file, and for the one that is started next. */
import type Database from 'better-sqlite3';
import { createStatementCache } from '../database/statement-cache.js';
import type { VendorPausesTable } from './outage-tables.js';
import { inTransaction, type Writing } from './writing.js';

export interface VendorPause {
  readonly key: string;
  /** Milliseconds; 0 where it is over. */
  readonly leftMs: number;
  /** Refusals in a row. */
  readonly refusals: number;
}

export interface PauseMirror {
  /** What is noted for these keys. Read at once and not in a group: it is asked before every call to a vendor. */
  read(target: string, keys: readonly string[]): readonly VendorPause[];
  /** Of two for one key the longer one stands. */
  note(target: string, pause: VendorPause): Promise<void>;
  /** Drops what is over of these keys; what was noted meanwhile stays. */
  drop(target: string, keys: readonly string[]): Promise<void>;
}

/** How long after its end a pause tells that the next refusal is not the first; longer than any untold one lasts. */
const KEPT_MS = 60_000;

type PauseRow = Pick<VendorPausesTable, 'key' | 'noted_at' | 'until' | 'refusals'>;

const STANDING = `SELECT key, noted_at, until, refusals FROM vendor_pauses
  WHERE target = ? AND key IN (SELECT value FROM json_each(?))`;

export function createPauseMirror(writing: Writing, database: Database.Database): PauseMirror {
  const statements = createStatementCache(database);
  return {
    read: (target, keys) => {
      const now = Date.parse(writing.now());
      const rows = statements.prepare(STANDING).all(target, JSON.stringify(keys)) as readonly PauseRow[];
      return rows.map((row) => toPause(row, now));
    },
    note: (target, pause) => notePause(writing, target, pause),
    drop: async (target, keys) => {
      await writing.db
        .deleteFrom('vendor_pauses')
        .where('target', '=', target)
        .where('key', 'in', keys)
        .where('until', '<=', writing.now())
        .execute();
    },
  };
}

/** One that was noted at a time that has not come yet is over: the clock was set back, and a refused call tells it anew. */
function toPause({ key, noted_at, until, refusals }: PauseRow, now: number): VendorPause {
  const leftMs = Date.parse(noted_at) > now ? 0 : Math.max(0, Date.parse(until) - now);
  return { key, leftMs, refusals };
}

function notePause(writing: Writing, target: string, { key, leftMs, refusals }: VendorPause): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const row = { noted_at: at, until: later(at, leftMs), refusals };
    await trx.deleteFrom('vendor_pauses').where('until', '<', later(at, -KEPT_MS)).execute();
    await trx
      .insertInto('vendor_pauses')
      .values({ target, key, ...row })
      .onConflict((conflict) =>
        conflict.columns(['target', 'key']).doUpdateSet(row).where('vendor_pauses.until', '<=', row.until),
      )
      .execute();
  });
}

function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}
