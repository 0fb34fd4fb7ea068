/** What activities read of inbox.db, which the API owns: who holds a lane, and which changes arrived. */
import type Database from 'better-sqlite3';
import { openWhenReady } from '../database/open-when-ready.js';

export interface Lane {
  readonly holder: string | null;
  readonly fence: number;
}

export interface InboxReader {
  /** Null while there is no inbox or the subject never had a lane. */
  laneOf(subject: string): Promise<Lane | null>;
  /** Which of these change keys are stored; none while there is no inbox. */
  knownChanges(keys: readonly string[]): Promise<ReadonlySet<string>>;
  close(): void;
}

/** Connects as soon as the inbox exists; the API may start after the worker. */
export function createInboxReader(file: string, open: (file: string) => Database.Database): InboxReader {
  const connection = openWhenReady(file, 'lanes', open);
  return {
    laneOf: async (subject) =>
      connection
        .get()
        ?.prepare<[string], Lane>('SELECT holder, fence FROM lanes WHERE subject = ?')
        .get(subject) ?? null,
    knownChanges: async (keys) =>
      new Set(
        connection
          .get()
          ?.prepare<[string], string>(
            'SELECT change_key FROM webhooks WHERE change_key IN (SELECT value FROM json_each(?))',
          )
          .pluck()
          .all(JSON.stringify(keys)),
      ),
    close: () => connection.close(),
  };
}
