/** The tables that the mirror began with. */
export const FIRST_TABLES = `
CREATE TABLE cycles (
  id TEXT PRIMARY KEY,
  event_id TEXT NOT NULL,
  source TEXT NOT NULL,
  event_type TEXT NOT NULL,
  subject TEXT NOT NULL,
  project TEXT,
  status TEXT NOT NULL,
  outcome TEXT,
  summary TEXT NOT NULL,
  title TEXT,
  context_hash TEXT,
  lane TEXT NOT NULL,
  fence INTEGER NOT NULL,
  coalesced_into TEXT,
  cost_usd REAL NOT NULL DEFAULT 0,
  received_at TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  run_id TEXT NOT NULL,
  error TEXT
) STRICT;
CREATE INDEX cycles_by_received ON cycles (received_at DESC, id DESC);
CREATE INDEX cycles_by_subject ON cycles (subject, received_at DESC);
CREATE INDEX cycles_by_status ON cycles (status, received_at DESC);
CREATE INDEX cycles_lane_requests ON cycles (started_at) WHERE lane = 'requested';

CREATE TABLE steps (
  id TEXT PRIMARY KEY,
  cycle_id TEXT NOT NULL REFERENCES cycles (id),
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX steps_by_cycle ON steps (cycle_id, started_at);

CREATE TABLE actions (
  id TEXT PRIMARY KEY,
  cycle_id TEXT NOT NULL REFERENCES cycles (id),
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  payload TEXT NOT NULL,
  hash TEXT NOT NULL,
  verdict TEXT NOT NULL,
  rule TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  risk TEXT NOT NULL,
  status TEXT NOT NULL,
  request TEXT,
  result TEXT,
  remote_id TEXT,
  proposed_at TEXT NOT NULL,
  intent_at TEXT,
  last_intent_at TEXT,
  ended_at TEXT
) STRICT;
CREATE INDEX actions_by_cycle ON actions (cycle_id, seq);
CREATE INDEX actions_by_remote ON actions (remote_id) WHERE remote_id IS NOT NULL;
CREATE INDEX actions_by_target ON actions (target);

CREATE TABLE approvals (
  id TEXT PRIMARY KEY,
  cycle_id TEXT NOT NULL REFERENCES cycles (id),
  action_id TEXT NOT NULL REFERENCES actions (id),
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  payload TEXT NOT NULL,
  hash TEXT NOT NULL,
  risk TEXT NOT NULL,
  rule TEXT NOT NULL,
  approvers TEXT NOT NULL,
  status TEXT NOT NULL,
  deadline TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  decided_by TEXT,
  decided_by_name TEXT,
  channel TEXT,
  decided_at TEXT,
  reason TEXT,
  note TEXT
) STRICT;
CREATE INDEX approvals_by_status ON approvals (status, asked_at DESC, id DESC);
CREATE INDEX approvals_by_cycle ON approvals (cycle_id);

CREATE TABLE llm_calls (
  id TEXT PRIMARY KEY,
  cycle_id TEXT NOT NULL REFERENCES cycles (id),
  purpose TEXT NOT NULL,
  model TEXT NOT NULL,
  prompt_id TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  prompt_hash TEXT NOT NULL,
  reply_hash TEXT,
  stop_reason TEXT,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  price_date TEXT,
  request_id TEXT,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  error TEXT
) STRICT;
CREATE INDEX llm_calls_by_cycle ON llm_calls (cycle_id, started_at);

CREATE TABLE reports (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  team TEXT NOT NULL,
  for_date TEXT NOT NULL,
  status TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (kind, team, for_date)
) STRICT;

CREATE TABLE blobs (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  size INTEGER NOT NULL,
  data BLOB NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE audit_log (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  cycle_id TEXT,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  data TEXT,
  salt TEXT,
  data_hash TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  entry_key TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX audit_log_by_cycle ON audit_log (cycle_id, seq);

-- Append-only. The one change allowed is erasing a person's data: the hashes stay, so the chain still holds.
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
WHEN NEW.data IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.seq IS NOT OLD.seq OR NEW.at IS NOT OLD.at
  OR NEW.cycle_id IS NOT OLD.cycle_id OR NEW.kind IS NOT OLD.kind OR NEW.actor IS NOT OLD.actor
  OR NEW.data_hash IS NOT OLD.data_hash OR NEW.prev_hash IS NOT OLD.prev_hash OR NEW.hash IS NOT OLD.hash
  OR NEW.entry_key IS NOT OLD.entry_key
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;

CREATE TABLE agent_accounts (
  vendor TEXT NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  PRIMARY KEY (vendor, account_id)
) STRICT;
`;
