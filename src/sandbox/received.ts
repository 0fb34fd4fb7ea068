/** Every call that reached a simulated vendor, as it came in; kept apart from the state, newest 20,000. */
import type { Store } from './store.js';
import type { Vendor } from './vendors.js';

interface ReceivedCall {
  /** Counts up; a reset does not start it anew. */
  readonly seq: number;
  readonly vendor: Vendor;
  readonly method: string;
  /** Below the vendor's base, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed JSON or form; the text where it is neither; null where there was none. */
  readonly body: unknown;
  /** What was answered, or would have been where the answer was cut; null: not (yet) applied. */
  readonly status: number | null;
  /** The fault that hit the call. */
  readonly fault: string | null;
  /** ISO 8601 UTC, when it came in. */
  readonly at: string;
}

export interface Received {
  /** Answers a number to finish the entry with. */
  begin(call: Omit<ReceivedCall, 'seq' | 'status' | 'fault'>): number;
  finish(entry: number, status: number | null, fault: string | null): void;
  /** Those after this `seq` (0: all), of one vendor or (null) of all; oldest first. */
  list(after: number, vendor: Vendor | null): ReceivedCall[];
}

const KEPT = 20_000;
const PRUNE_EVERY = 500;
const COLUMNS = 'seq, vendor, method, path, query, headers, body, status, fault, at';

interface Row {
  readonly seq: number;
  readonly vendor: Vendor;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: string;
  readonly body: string | null;
  readonly status: number | null;
  readonly fault: string | null;
  readonly at: string;
}

/** The log kept in this store. */
export function createReceived(store: Store): Received {
  const insert = store.database.prepare(
    'INSERT INTO received (vendor, method, path, query, headers, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const update = store.database.prepare('UPDATE received SET status = ?, fault = ? WHERE seq = ?');
  const prune = store.database.prepare('DELETE FROM received WHERE seq <= ?');
  const later = store.database.prepare<[number, string | null, string | null], Row>(
    `SELECT ${COLUMNS} FROM received WHERE seq > ? AND (? IS NULL OR vendor = ?) ORDER BY seq`,
  );
  return {
    begin: (call) => {
      const { lastInsertRowid } = insert.run(
        call.vendor,
        call.method,
        call.path,
        JSON.stringify(call.query),
        JSON.stringify(call.headers),
        call.body === null ? null : JSON.stringify(call.body),
        call.at,
      );
      const entry = Number(lastInsertRowid);
      if (entry % PRUNE_EVERY === 0) prune.run(entry - KEPT);
      return entry;
    },
    finish: (entry, status, fault) => void update.run(status, fault, entry),
    list: (after, vendor) => later.all(after, vendor, vendor).map(toCall),
  };
}

function toCall(row: Row): ReceivedCall {
  return {
    ...row,
    query: JSON.parse(row.query) as Record<string, unknown>,
    headers: JSON.parse(row.headers) as Record<string, unknown>,
    body: row.body === null ? null : (JSON.parse(row.body) as unknown),
  };
}
