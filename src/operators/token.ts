import type { Scope } from '../domain/operator.js';

/** A token as it is kept: everything but its secret. Times are ISO 8601 UTC. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly person: string | null;
  readonly scope: Scope;
  readonly createdAt: string;
  /** Null: never. */
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

export const TOKEN_COLUMNS = `id, name, person, scope, created_at AS createdAt, expires_at AS expiresAt,
  revoked_at AS revokedAt`;

export type TokenState = 'active' | 'expired' | 'revoked';

export function tokenState(token: Pick<Token, 'expiresAt' | 'revokedAt'>, now: Date): TokenState {
  if (token.revokedAt !== null) {
    return 'revoked';
  }
  return token.expiresAt !== null && token.expiresAt <= now.toISOString() ? 'expired' : 'active';
}
