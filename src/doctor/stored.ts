/** One look into a file that API and worker keep, beside them. */
import { openDatabase } from '../database/open.js';
import { openWhenReady } from '../database/open-when-ready.js';
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
  const log = createLogger('doctor', { level: 'silent', format: 'json' });
  const connection = openWhenReady(file, table, (path) =>
    openDatabase(path, { readonly: true, busyTimeoutMs: BUSY_MS, log, setting }),
  );
  try {
    const database = connection.get();
    return database === null ? null : read(database);
  } finally {
    connection.close();
  }
}
