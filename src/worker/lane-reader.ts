/** Who holds a subject's lane now: read from inbox.db, which the API owns. */
import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';

export interface Lane {
  readonly holder: string | null;
  readonly fence: number;
}

export interface LaneReader {
  /** Null while there is no inbox or the subject never had a lane. */
  laneOf(subject: string): Promise<Lane | null>;
  close(): void;
}

/** Connects as soon as the inbox exists; the API may start after the worker. */
export function createLaneReader(file: string, open: (file: string) => Database.Database): LaneReader {
  let database: Database.Database | null = null;
  const connect = (): Database.Database | null => {
    if (database === null && existsSync(file)) {
      const opened = open(file);
      const ready = opened.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'lanes'`).get() !== undefined;
      database = ready ? opened : null;
      if (!ready) {
        opened.close();
      }
    }
    return database;
  };
  return {
    laneOf: async (subject) =>
      connect()?.prepare<[string], Lane>('SELECT holder, fence FROM lanes WHERE subject = ?').get(subject) ??
      null,
    close: () => database?.close(),
  };
}
