/** The sandbox's state: a small document store in one SQLite file, so that it survives restarts and kills as a vendor does. */
import type { Database } from 'better-sqlite3';

export const VENDORS = ['jira', 'bitbucket', 'slack', 'anthropic'] as const;
export type Vendor = (typeof VENDORS)[number];

export interface Store {
  /** The open file, for tables of one's own. */
  readonly database: Database;
  get<T>(vendor: Vendor, kind: string, id: string): T | null;
  /** In order of first insertion; with `parent` only that parent's documents. */
  list<T>(vendor: Vendor, kind: string, parent?: string): T[];
  /** Inserts or replaces. `parent` groups documents for `list` (a comment's issue id). */
  put<T>(vendor: Vendor, kind: string, id: string, value: T, parent?: string): void;
  /** False where there was none. */
  remove(vendor: Vendor, kind: string, id: string): boolean;
  /** Removes all documents of one kind. */
  removeAll(vendor: Vendor, kind: string): void;
  /** Counts up, starting with `first`. */
  nextNumber(name: string, first: number): number;
  /** All or nothing. May be nested. */
  transaction<T>(work: () => T): T;
  /** Forgets everything: documents, counters, received calls, faults, waiting webhooks. */
  clear(): void;
  close(): void;
}
