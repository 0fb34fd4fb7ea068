/** Looks at a database that other processes use, and leaves it as it is. */
import { type Migration, versionOf } from './migrate.js';
import { checkPages, type Log, openDatabase, toDatabaseError } from './open.js';

export interface Inspected {
  /** The newest migration in the file. */
  readonly version: number;
  /** The newest that this code knows. */
  readonly newest: number;
}

const BUSY_MS = 1_000;

/** Opens read-only, checks every page and the schema's version. Throws `DatabaseError` with what to do. */
export function inspectDatabase(
  file: string,
  migrations: readonly Migration[],
  options: { readonly log: Log; readonly setting: string },
): Inspected {
  const database = openDatabase(file, { readonly: true, busyTimeoutMs: BUSY_MS, ...options });
  try {
    checkPages(database, options.log);
    return { version: versionOf(database, migrations), newest: migrations.at(-1)?.id ?? 0 };
  } catch (error) {
    throw toDatabaseError(error, file, options.setting);
  } finally {
    database.close();
  }
}
