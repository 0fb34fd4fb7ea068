/** The read side of operators.db: asked with every request, so that a new or revoked token counts at once. */
import type Database from 'better-sqlite3';
import { openWhenReady } from '../database/open-when-ready.js';
import { TOKEN_COLUMNS, type Token, tokenState } from './token.js';

export interface TokenReader {
  /** The token with this hash, revoked and expired ones too; null for none. */
  bySha256(sha256: string): Token | null;
  /** Was a token ever made? From then on being at the machine is not enough, also when the last one has ended. */
  hasAny(): boolean;
  hasActive(now: Date): boolean;
  close(): void;
}

/** Connects as soon as the file is there. Throws where it is there and cannot be read: nobody gets in by breaking it. */
export function createTokenReader(options: {
  readonly file: string;
  /** Opens a read-only connection (database/open.ts). */
  readonly open: (file: string) => Database.Database;
}): TokenReader {
  const connection = openWhenReady(options.file, 'tokens', options.open);
  const all = <T>(sql: string, ...params: readonly string[]): readonly T[] =>
    connection
      .get()
      ?.prepare<string[], T>(sql)
      .all(...params) ?? [];
  return {
    bySha256: (sha256) =>
      all<Token>(`SELECT ${TOKEN_COLUMNS} FROM tokens WHERE sha256 = ?`, sha256)[0] ?? null,
    hasAny: () => all('SELECT 1 FROM tokens LIMIT 1').length > 0,
    hasActive: (now) =>
      all<Token>(`SELECT ${TOKEN_COLUMNS} FROM tokens WHERE revoked_at IS NULL`).some(
        (token) => tokenState(token, now) === 'active',
      ),
    close: () => connection.close(),
  };
}
