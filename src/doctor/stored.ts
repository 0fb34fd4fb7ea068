/** One look into a file that API and worker keep, beside them. */
import { existsSync } from 'node:fs';
import { openDatabase } from '../database/open.js';
import { createLogger } from '../log.js';

const BUSY_MS = 1_000;

export interface Stored {
  readonly file: string;
  /** The setting that names it. */
  readonly setting: string;
  /** What is read of; a file from before there was such a table has nothing to tell. */
  readonly table: string;
}

/** Null where the file or its table is not there yet. */
export function readStored<T>(
  { file, setting, table }: Stored,
  read: (database: ReturnType<typeof openDatabase>) => T,
): T | null {
  if (!existsSync(file)) {
    return null;
  }
  const log = createLogger('doctor', { level: 'silent', format: 'json' });
  const database = openDatabase(file, { readonly: true, busyTimeoutMs: BUSY_MS, log, setting });
  try {
    const isThere = database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;
    return isThere ? read(database) : null;
  } finally {
    database.close();
  }
}
