/** Restores from a backup, as the inbox remembers them. The fence floor of the latest one holds for every lane. */
import type Database from 'better-sqlite3';
import type { Restore } from '../domain/restore.js';
import type { GroupCommit } from './group-commit.js';

export interface RestoreRecord extends Restore {
  /** When what ran on in Temporal was dealt with; null until then. */
  readonly settledAt: string | null;
}

export interface Restores {
  /** Null where nothing was ever restored. */
  latest(): RestoreRecord | null;
  /** What ran on in Temporal was dealt with. */
  settle(at: string): Promise<void>;
}

const LATEST = `SELECT restored_at AS at, taken_at AS takenAt, fence_floor AS fenceFloor, settled_at AS settledAt
  FROM restores ORDER BY id DESC LIMIT 1`;

export function createRestores(database: Database.Database, commits: GroupCommit): Restores {
  const latest = database.prepare<[], RestoreRecord>(LATEST);
  const settle = database.prepare<[string]>('UPDATE restores SET settled_at = ? WHERE settled_at IS NULL');
  return {
    latest: () => latest.get() ?? null,
    settle: (at) =>
      commits.write(() => {
        settle.run(at);
      }),
  };
}

/** Fences up to this were given before the latest restore; 0 where there was none. Cannot change while the inbox is open. */
export function fenceFloorOf(database: Database.Database): number {
  return database.prepare<[], number>('SELECT ifnull(max(fence_floor), 0) FROM restores').pluck().get() ?? 0;
}

/** Larger than the number of times that one installation's lanes change hands. */
const FENCE_STEP = 1_000_000_000;

/** The largest fence that any of these inboxes (open, of any version) gave or kept from others. */
export function highestFence(database: Database.Database): number {
  const has = (table: string) =>
    database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;
  const highest = (column: string, table: string) =>
    database.prepare<[], number>(`SELECT ifnull(max(${column}), 0) FROM ${table}`).pluck().get() ?? 0;
  return Math.max(
    highest('fence', 'lanes'),
    highest('fence', 'webhooks'),
    has('restores') ? highest('fence_floor', 'restores') : 0,
  );
}

/**
 * A floor above every fence that can have been given, also in the part that is lost: `known` are the largest ones of the
 * copy and, where it can be read, of what it replaces. The time comes first because it grows by itself; the step counts
 * where the clock was set back.
 */
export function fenceFloorAbove(known: readonly number[], now: Date): number {
  return Math.max(now.getTime(), ...known.map((fence) => fence + FENCE_STEP));
}

/**
 * Written into the copy before it is put in place, in one transaction. Nobody who signed out since the backup is signed
 * in again: all sessions end. The relay that held the lease is no more.
 */
export function noteRestore(database: Database.Database, { at, takenAt, fenceFloor }: Restore): void {
  database
    .transaction(() => {
      database
        .prepare('INSERT INTO restores (restored_at, taken_at, fence_floor) VALUES (?, ?, ?)')
        .run(at, takenAt, fenceFloor);
      database.prepare('DELETE FROM sessions').run();
      database.prepare('UPDATE relay SET holder = NULL, held_until_ms = 0').run();
    })
    .immediate();
}
