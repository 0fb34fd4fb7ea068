/** Reading a file that another process makes: connected as soon as the file and its tables are there. */
import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';

export interface LateConnection {
  /** Null until the file holds the table, and for up to `lookEveryMs` longer. Throws as `open` does. */
  get(): Database.Database | null;
  /** Whoever asks again is connected anew, to what the file is by then. */
  close(): void;
}

/**
 * `table` is one that the owner's last migration makes: the file is there a moment before its tables.
 * @param lookEveryMs how often a file that is not there is looked for at most; at each call where not given
 */
export function openWhenReady(
  file: string,
  table: string,
  open: (file: string) => Database.Database,
  lookEveryMs = 0,
): LateConnection {
  let database: Database.Database | null = null;
  let lookAgainAt = 0;

  function look(): Database.Database | null {
    const now = performance.now();
    if (now < lookAgainAt) {
      return null;
    }
    lookAgainAt = now + lookEveryMs;
    return existsSync(file) ? ifReady(open(file), table) : null;
  }

  return {
    get: () => {
      database ??= look();
      return database;
    },
    close: () => {
      database?.close();
      database = null;
      lookAgainAt = 0;
    },
  };
}

/** What is not ready is closed, also where it cannot even be asked. */
function ifReady(opened: Database.Database, table: string): Database.Database | null {
  let isReady = false;
  try {
    isReady = opened.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;
    return isReady ? opened : null;
  } finally {
    if (!isReady) {
      opened.close();
    }
  }
}
