/** The schema of operators.db, forward only. */
import type { Migration } from '../database/migrate.js';

const TOKENS = `
CREATE TABLE tokens (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  -- The id of a person in pm-agent.yaml; null for an operator who is none of them.
  person TEXT,
  scope TEXT NOT NULL CHECK (scope IN ('read', 'decide', 'admin')),
  sha256 TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  revoked_at TEXT
) STRICT;
`;

export const OPERATOR_MIGRATIONS: readonly Migration[] = [{ id: 1, name: 'tokens', sql: TOKENS }];
