/** The write side of operators.db: opened by `pm-agent token`, for as long as one command runs. */

import { migrate } from '../database/migrate.js';
import { type Log, openDatabase } from '../database/open.js';
import type { Scope } from '../domain/operator.js';
import { OPERATOR_MIGRATIONS } from './migrations.js';
import { TOKEN_COLUMNS, type Token } from './token.js';
import { newTokenId, newTokenSecret, sha256Of } from './token-secret.js';

/** Two commands at once wait for each other. */
const BUSY_TIMEOUT_MS = 5_000;

export interface NewToken {
  readonly name: string;
  readonly person: string | null;
  readonly scope: Scope;
  /** Null: never. */
  readonly expiresAt: string | null;
}

export interface Tokens {
  /** The secret is in this answer and nowhere else. */
  create(token: NewToken): { readonly token: Token; readonly secret: string };
  /** Newest first. */
  list(): readonly Token[];
  /** The token as it stands then, revoked now or before; null where there is none. */
  revoke(id: string): Token | null;
  close(): void;
}

/** Opens (or makes) and migrates operators.db. Throws `DatabaseError` naming the file and DATA_DIR. */
export function openTokens(options: {
  readonly file: string;
  readonly log: Log;
  readonly clock: () => Date;
}): Tokens {
  const { file, log, clock } = options;
  const database = openDatabase(file, { busyTimeoutMs: BUSY_TIMEOUT_MS, log });
  try {
    migrate(database, OPERATOR_MIGRATIONS, { log, clock });
  } catch (error) {
    database.close();
    throw error;
  }
  const insert = database.prepare<[Token & { readonly sha256: string }]>(
    `INSERT INTO tokens (id, name, person, scope, sha256, created_at, expires_at)
     VALUES (@id, @name, @person, @scope, @sha256, @createdAt, @expiresAt)`,
  );
  const all = database.prepare<[], Token>(`SELECT ${TOKEN_COLUMNS} FROM tokens ORDER BY seq DESC`);
  const one = database.prepare<[string], Token>(`SELECT ${TOKEN_COLUMNS} FROM tokens WHERE id = ?`);
  const revoke = database.prepare<[string, string]>(
    'UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
  );
  return {
    create(given) {
      const secret = newTokenSecret();
      const token = { id: newTokenId(), ...given, createdAt: clock().toISOString(), revokedAt: null };
      insert.run({ ...token, sha256: sha256Of(secret) });
      return { token, secret };
    },
    list: () => all.all(),
    revoke(id) {
      revoke.run(clock().toISOString(), id);
      return one.get(id) ?? null;
    },
    close: () => {
      database.close();
    },
  };
}
