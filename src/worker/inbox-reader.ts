/** Who holds a subject's lane now: read from inbox.db, which the API owns. */
import type Database from 'better-sqlite3';
import { openWhenReady } from '../database/open-when-ready.js';

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
  const connection = openWhenReady(file, 'lanes', open);
  return {
    laneOf: async (subject) =>
      connection
        .get()
        ?.prepare<[string], Lane>('SELECT holder, fence FROM lanes WHERE subject = ?')
        .get(subject) ?? null,
    close: () => connection.close(),
  };
}
