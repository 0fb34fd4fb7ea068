/** What vendors made wait, where one of them fails, and who is told of it. */
export const OUTAGES = `
-- How often a vendor made something wait: such a try does not count against the work.
CREATE TABLE vendor_waits (
  -- An action's id, or \`<cycle>/gather\`.
  key TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Of each vendor the latest outage; over where \`closed_at\` is set.
CREATE TABLE circuits (
  target TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('auth', 'forbidden', 'away')),
  message TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  closed_at TEXT,
  alerted_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What people are told of an outage.
CREATE TABLE alerts (
  -- Also the marker in the message's metadata.
  id TEXT PRIMARY KEY,
  target TEXT NOT NULL,
  -- A channel, or a user.
  place TEXT NOT NULL,
  text TEXT NOT NULL,
  wished_at TEXT NOT NULL,
  -- When the post was about to leave; null where none can be in work.
  sent_at TEXT,
  -- When it was told, or why not any more.
  told_at TEXT,
  ended TEXT
) STRICT;
CREATE INDEX alerts_due ON alerts (wished_at) WHERE told_at IS NULL AND ended IS NULL;
`;
