/** Outages of vendors and who is told of them: what the worker keeps, so that a restart neither forgets nor repeats it. */
import type Database from 'better-sqlite3';
import type { Selectable } from 'kysely';
import type { AlertsTable, CircuitsTable } from './outage-tables.js';

export type AlertRow = Selectable<AlertsTable>;

export type CircuitRow = Pick<CircuitsTable, 'target' | 'kind' | 'message' | 'opened_at'>;

/** Outages that are not over. */
export function openCircuits(database: Database.Database): readonly CircuitRow[] {
  return database
    .prepare<[], CircuitRow>('SELECT target, kind, message, opened_at FROM circuits WHERE closed_at IS NULL')
    .all();
}

export interface FailingVendor {
  readonly target: string;
  readonly kind: CircuitsTable['kind'];
  /** The vendor's failure in its own words. */
  readonly message: string;
  /** What people are told. */
  readonly text: string;
  /** Channels and users; empty where nobody can be told. */
  readonly places: readonly string[];
}

export interface CircuitMirror {
  /** A vendor fails, or fails still. Audit `circuit.opened` where it did not before; alerts once an hour at most. */
  failing(failing: FailingVendor): Promise<void>;
  /** Calls go again. Audit `circuit.closed`; alerts that were not told by now are not told any more. */
  closed(target: string): Promise<void>;
  /** Alerts that somebody waits for and that may be tried now, oldest first. */
  due(): Promise<readonly AlertRow[]>;
  sending(id: string): Promise<void>;
  notSent(id: string): Promise<void>;
  /** It stands there as it was then. What it tells of was taken back meanwhile: it stays due. */
  told(alert: Pick<AlertRow, 'id' | 'taken_back'>, ts: string): Promise<void>;
  /** Could not be told: one more attempt, and the next one then. */
  failed(id: string, nextAt: string): Promise<void>;
  end(id: string, why: string): Promise<void>;
}
