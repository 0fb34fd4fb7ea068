/** Browser sessions, by the sha256 of their cookie: who reads this file cannot become anybody. */
import type Database from 'better-sqlite3';
import type { GroupCommit } from '../group-commit.js';

export interface StoredSession {
  readonly sha256: string;
  /** The sha256 of the token that it was given for, so that it ends with that token; `local` for none. */
  readonly credential: string;
  /** Epoch milliseconds, like the other two. */
  readonly createdMs: number;
  readonly seenMs: number;
  readonly expiresMs: number;
}

export interface SessionStore {
  find(sha256: string): StoredSession | null;
  /** Also forgets those that are over at `session.createdMs`: past their end, or not seen for `idleMs`. */
  add(session: StoredSession, idleMs: number): Promise<void>;
  touch(sha256: string, seenMs: number): Promise<void>;
  remove(sha256: string): Promise<void>;
}

const COLUMNS = `sha256, credential, created_ms AS createdMs, seen_ms AS seenMs, expires_ms AS expiresMs`;

export function createSessions(database: Database.Database, commits: GroupCommit): SessionStore {
  const find = database.prepare<[string], StoredSession>(`SELECT ${COLUMNS} FROM sessions WHERE sha256 = ?`);
  const insert = database.prepare<[StoredSession]>(
    `INSERT INTO sessions (sha256, credential, created_ms, seen_ms, expires_ms)
     VALUES (@sha256, @credential, @createdMs, @seenMs, @expiresMs)`,
  );
  const forget = database.prepare<[number, number]>(
    'DELETE FROM sessions WHERE expires_ms <= ? OR seen_ms <= ?',
  );
  const touch = database.prepare<[number, string]>('UPDATE sessions SET seen_ms = ? WHERE sha256 = ?');
  const remove = database.prepare<[string]>('DELETE FROM sessions WHERE sha256 = ?');
  return {
    find: (sha256) => find.get(sha256) ?? null,
    add: (session, idleMs) =>
      commits.write(() => {
        forget.run(session.createdMs, session.createdMs - idleMs);
        insert.run(session);
      }),
    touch: (sha256, seenMs) =>
      commits.write(() => {
        touch.run(seenMs, sha256);
      }),
    remove: (sha256) =>
      commits.write(() => {
        remove.run(sha256);
      }),
  };
}
