/** When each token was last used. Kept here because operators.db is the command line's to write. */
import type Database from 'better-sqlite3';
import { type OpenOptions, openDatabase } from '../../database/open.js';
import { openWhenReady } from '../../database/open-when-ready.js';
import type { GroupCommit } from '../group-commit.js';

export interface TokenUses {
  /** @param usedAt ISO 8601 UTC */
  note(tokenId: string, usedAt: string): Promise<void>;
}

export function createTokenUses(database: Database.Database, commits: GroupCommit): TokenUses {
  const upsert = database.prepare<[string, string]>(
    `INSERT INTO token_uses (token_id, used_at) VALUES (?, ?)
     ON CONFLICT (token_id) DO UPDATE SET used_at = excluded.used_at`,
  );
  return {
    note: (tokenId, usedAt) =>
      commits.write(() => {
        upsert.run(tokenId, usedAt);
      }),
  };
}

/** By token id, from another process; empty where the API never ran. */
export function readTokenUses(file: string, log: OpenOptions['log']): ReadonlyMap<string, string> {
  const open = (path: string) => openDatabase(path, { readonly: true, busyTimeoutMs: 1_000, log });
  const connection = openWhenReady(file, 'token_uses', open);
  try {
    const rows =
      connection
        .get()
        ?.prepare<[], { id: string; at: string }>('SELECT token_id AS id, used_at AS at FROM token_uses')
        .all() ?? [];
    return new Map(rows.map(({ id, at }) => [id, at]));
  } finally {
    connection.close();
  }
}
