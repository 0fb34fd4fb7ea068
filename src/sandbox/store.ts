/** The sandbox's state: a small document store in one SQLite file, so that it survives restarts and kills as a vendor does. */
import Database from 'better-sqlite3';
import { createDocuments, type Documents } from './documents.js';

interface StoredDocument {
  readonly vendor: string;
  readonly kind: string;
  readonly value: unknown;
}

export interface Store extends Documents {
  /** The open file, for tables of one's own. */
  readonly database: Database.Database;
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

/** Opens (or makes) the file. Throws where it cannot be written. */
export function openStore(file: string): Store {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('busy_timeout = 2000');
  database.exec(SCHEMA);
  const { forget, ...documents } = createDocuments(database);
  return {
    database,
    ...documents,
    ...countersOf(database),
    all: () => everythingIn(database),
    transaction: (work) => {
      try {
        return database.transaction(work)();
      } catch (error) {
        forget();
        throw error;
      }
    },
    clear: () => {
      database.transaction(() => TABLES.forEach((table) => database.exec(`DELETE FROM ${table}`)))();
      forget();
    },
    close: () => void database.close(),
  };
}

function everythingIn(database: Database.Database): StoredDocument[] {
  const rows = database
    .prepare<[], { vendor: string; kind: string; json: string }>(
      'SELECT vendor, kind, json FROM documents ORDER BY seq',
    )
    .all();
  return rows.map(({ vendor, kind, json }) => ({ vendor, kind, value: JSON.parse(json) as unknown }));
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
