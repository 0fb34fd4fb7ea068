/** Every call that reached a simulated vendor, as it came in; kept apart from the state, newest 20,000. */
import type { Store } from './store.js';
import type { Vendor } from './vendors.js';

interface ReceivedCall {
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
  begin(call: Omit<ReceivedCall, 'status' | 'fault'>): number;
  finish(entry: number, status: number | null, fault: string | null): void;
  /** Oldest first. */
  list(vendor?: Vendor): ReceivedCall[];
}

const KEPT = 20_000;
const PRUNE_EVERY = 500;
const COLUMNS = 'vendor, method, path, query, headers, body, status, fault, at';

interface Row {
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
  const all = store.database.prepare<[], Row>(`SELECT ${COLUMNS} FROM received ORDER BY seq`);
  const ofVendor = store.database.prepare<[string], Row>(
    `SELECT ${COLUMNS} FROM received WHERE vendor = ? ORDER BY seq`,
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
    list: (vendor) => (vendor === undefined ? all.all() : ofVendor.all(vendor)).map(toCall),
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
