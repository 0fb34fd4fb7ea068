/** The sandbox's state: a small document store in one SQLite file, so that it survives restarts and kills as a vendor does. */
import Database from 'better-sqlite3';
import { currentReadView } from './read-view.js';

export const VENDORS = ['jira', 'bitbucket', 'slack', 'anthropic'] as const;
export type Vendor = (typeof VENDORS)[number];

interface StoredDocument {
  readonly vendor: string;
  readonly kind: string;
  readonly value: unknown;
}

export interface Store {
  /** The open file, for tables of one's own. */
  readonly database: Database.Database;
  get<T>(vendor: Vendor, kind: string, id: string): T | null;
  /** In order of first insertion; with `parent` only that parent's documents. */
  list<T>(vendor: Vendor, kind: string, parent?: string): T[];
  /** Inserts or replaces. `parent` groups documents for `list` (a comment's issue id). */
  put<T>(vendor: Vendor, kind: string, id: string, value: T, parent?: string): void;
  /** False where there was none. */
  remove(vendor: Vendor, kind: string, id: string): boolean;
  /** Removes all documents of one kind. */
  removeAll(vendor: Vendor, kind: string): void;
  /** Every document, in order of first insertion. */
  all(): StoredDocument[];
  /** Counts up, starting with `first`. */
  nextNumber(name: string, first: number): number;
  /** All or nothing. May be nested. */
  transaction<T>(work: () => T): T;
  /** Forgets everything: documents, counters, received calls, faults, waiting webhooks. */
  clear(): void;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS documents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    vendor TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
    parent TEXT NOT NULL DEFAULT '',
    json TEXT NOT NULL,
    hidden_until INTEGER NOT NULL DEFAULT 0,
    json_before TEXT,
    UNIQUE (vendor, kind, id)
  );
  CREATE INDEX IF NOT EXISTS documents_by_parent ON documents (vendor, kind, parent, seq);
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS received (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    vendor TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    query TEXT NOT NULL, headers TEXT NOT NULL, body TEXT,
    status INTEGER, fault TEXT, at TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS faults (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    vendor TEXT NOT NULL, rule TEXT NOT NULL, times_left INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    vendor TEXT NOT NULL, delivery_id TEXT NOT NULL,
    path TEXT NOT NULL, content_type TEXT NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    last_result TEXT
  );
  CREATE INDEX IF NOT EXISTS outbox_due ON outbox (state, due_at);
`;

const TABLES = ['documents', 'counters', 'received', 'faults', 'outbox'];

interface Row {
  readonly json: string;
  readonly hidden_until: number;
  readonly json_before: string | null;
}

/** Opens (or makes) the file. Throws where it cannot be written. */
export function openStore(file: string): Store {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('busy_timeout = 2000');
  database.exec(SCHEMA);
  return {
    database,
    ...documentsOf(database),
    ...countersOf(database),
    transaction: (work) => database.transaction(work)(),
    clear: () =>
      database.transaction(() => TABLES.forEach((table) => database.exec(`DELETE FROM ${table}`)))(),
    close: () => void database.close(),
  };
}

type Documents = Pick<Store, 'get' | 'list' | 'put' | 'remove' | 'removeAll' | 'all'>;

function documentsOf(database: Database.Database): Documents {
  const one = database.prepare<string[], Row>(
    'SELECT json, hidden_until, json_before FROM documents WHERE vendor = ? AND kind = ? AND id = ?',
  );
  const all = database.prepare<string[], Row>(
    'SELECT json, hidden_until, json_before FROM documents WHERE vendor = ? AND kind = ? ORDER BY seq',
  );
  const everything = database.prepare<[], { vendor: string; kind: string; json: string }>(
    'SELECT vendor, kind, json FROM documents ORDER BY seq',
  );
  const children = database.prepare<string[], Row>(
    'SELECT json, hidden_until, json_before FROM documents WHERE vendor = ? AND kind = ? AND parent = ? ORDER BY seq',
  );
  const upsert = database.prepare(
    `INSERT INTO documents (vendor, kind, id, parent, json, hidden_until)
     VALUES (@vendor, @kind, @id, @parent, @json, @hiddenUntil)
     ON CONFLICT (vendor, kind, id) DO UPDATE SET json = @json, parent = @parent,
       json_before = CASE WHEN @hiddenUntil > 0 AND hidden_until <= @now THEN json ELSE json_before END,
       hidden_until = CASE WHEN @hiddenUntil > 0 THEN @hiddenUntil ELSE hidden_until END`,
  );
  const removeOne = database.prepare('DELETE FROM documents WHERE vendor = ? AND kind = ? AND id = ?');
  const removeKind = database.prepare('DELETE FROM documents WHERE vendor = ? AND kind = ?');
  return {
    get: <T>(vendor: Vendor, kind: string, id: string) => {
      const row = one.get(vendor, kind, id);
      return row === undefined ? null : visible<T>(row);
    },
    list: <T>(vendor: Vendor, kind: string, parent?: string) => {
      const rows = parent === undefined ? all.all(vendor, kind) : children.all(vendor, kind, parent);
      return rows.map((row) => visible<T>(row)).filter((value) => value !== null);
    },
    put: (vendor, kind, id, value, parent = '') => {
      const { hideWritesMs } = currentReadView();
      const now = Date.now();
      const hiddenUntil = hideWritesMs > 0 ? now + hideWritesMs : 0;
      upsert.run({ vendor, kind, id, parent, json: JSON.stringify(value), hiddenUntil, now });
    },
    remove: (vendor, kind, id) => removeOne.run(vendor, kind, id).changes > 0,
    removeAll: (vendor, kind) => void removeKind.run(vendor, kind),
    all: () =>
      everything
        .all()
        .map(({ vendor, kind, json }) => ({ vendor, kind, value: JSON.parse(json) as unknown })),
  };
}

/** What a reader sees of a row: the value before a hidden write, or nothing where that write made it. */
function visible<T>(row: Row): T | null {
  if (row.hidden_until === 0 || !currentReadView().reading || row.hidden_until <= Date.now()) {
    return JSON.parse(row.json) as T;
  }
  return row.json_before === null ? null : (JSON.parse(row.json_before) as T);
}

function countersOf(database: Database.Database): Pick<Store, 'nextNumber'> {
  const count = database.prepare<[string, number], { value: number }>(
    'INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value',
  );
  return {
    nextNumber: (name, first) => {
      const row = count.get(name, first);
      if (row === undefined) throw new Error(`The sandbox could not count up ${name}.`);
      return row.value;
    },
  };
}
