/** Reading a file that another process makes: connected as soon as the file and its tables are there. */
import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';

export interface LateConnection {
  /** Null until the file holds the table. */
  get(): Database.Database | null;
  close(): void;
}

/** `table` is one that the owner's last migration makes: the file is there a moment before its tables. */
export function openWhenReady(
  file: string,
  table: string,
  open: (file: string) => Database.Database,
): LateConnection {
  let database: Database.Database | null = null;
  return {
    get: () => {
      if (database === null && existsSync(file)) {
        database = ifReady(open(file), table);
      }
      return database;
    },
    close: () => {
      database?.close();
      database = null;
    },
  };
}

function ifReady(opened: Database.Database, table: string): Database.Database | null {
  if (opened.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined) {
    return opened;
  }
  opened.close();
  return null;
}
