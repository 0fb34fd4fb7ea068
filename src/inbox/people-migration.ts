/** Who came in, and what people did that is not an event: a button of an approval card, a decision that did not count. */
export const PEOPLE = `
CREATE TABLE sessions (
  -- sha256 of the cookie, and of the token that it was given for ('local' for none).
  sha256 TEXT PRIMARY KEY,
  credential TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE token_uses (
  token_id TEXT PRIMARY KEY,
  used_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE clicks (
  event_id TEXT PRIMARY KEY REFERENCES webhooks (id) ON DELETE CASCADE,
  click TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done')),
  attempts INTEGER NOT NULL DEFAULT 0,
  -- When it may be tried again, epoch milliseconds.
  next_ms INTEGER NOT NULL,
  result TEXT,
  settled_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX clicks_pending ON clicks (next_ms) WHERE status = 'pending';
-- Taken over into the audit log by the worker, which owns that.
CREATE TABLE refused_decisions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL,
  cycle_id TEXT,
  approval_id TEXT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  channel TEXT NOT NULL,
  what TEXT NOT NULL,
  code TEXT NOT NULL,
  why TEXT NOT NULL
) STRICT;
`;
