/** Restores from a backup, as the mirror knows them (what the restore itself writes: note-restore.ts). */
import type Database from 'better-sqlite3';
import type { Restore } from '../domain/restore.js';

/** The kind of the audit row that a restore leaves: rows of the chain before it that followed the copy's head are lost. */
export const RESTORED = 'restored';

/** The last row of an audit chain. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** The latest one; null where there was none. It cannot change while the mirror is open. */
export function latestRestore(database: Database.Database): Restore | null {
  return (
    database
      .prepare<[], Restore>(
        `SELECT restored_at AS at, taken_at AS takenAt, fence_floor AS fenceFloor FROM restores
         ORDER BY id DESC LIMIT 1`,
      )
      .get() ?? null
  );
}

/** Made with the mirror, and kept with it in every backup. */
export function markKeyOf(database: Database.Database): string {
  return database.prepare<[], string>('SELECT mark_key FROM installation WHERE id = 1').pluck().get() ?? '';
}

/** Null for an empty chain. */
export function headOf(database: Database.Database): ChainHead | null {
  return (
    database.prepare<[], ChainHead>('SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1').get() ?? null
  );
}
