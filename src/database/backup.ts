import { basename, dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { copyDatabase } from './copy.js';
import { DatabaseError } from './database-error.js';
import { makePrivateFolder } from './private-files.js';

/**
 * Copies a database that holds tables to `<folder>/backups/<file>-<from>-to-<to>-<time>.db` and answers the copy's
 * path, or null where there is nothing to keep. Throws `DatabaseError` when the copy cannot be made.
 */
export function backupBefore(
  database: Database.Database,
  change: { readonly from: number; readonly to: number; readonly now: Date },
): string | null {
  const tables = database
    .prepare<[], number>(`SELECT count(*) FROM sqlite_schema WHERE type = 'table'`)
    .pluck()
    .get();
  if (database.memory || tables === undefined || tables === 0) {
    return null;
  }
  const folder = join(dirname(database.name), 'backups');
  const time = change.now.toISOString().replaceAll(':', '-');
  const copy = join(folder, `${basename(database.name, '.db')}-${change.from}-to-${change.to}-${time}.db`);
  try {
    makePrivateFolder(folder);
    copyDatabase(database, copy);
  } catch (error) {
    throw new DatabaseError(
      `The database ${database.name} needs a newer schema, and no copy of it could be written to ${copy} (${String(error)}). Free some disk space there, or let this user write that folder.`,
      { cause: error },
    );
  }
  return copy;
}
