/**
 * What is still known of deliveries whose rows are deleted: until when they had arrived, and the bodies of those that do not
 * say when it happened. Jira and Bitbucket sign no time of sending, so that a captured delivery can come again years later.
 */
import type Database from 'better-sqlite3';
import type { PmEvent } from '../../domain/event.js';

export interface Forgotten {
  /** Why an event cannot be told from one that was answered and deleted since; null where it can. */
  why(event: Pick<PmEvent, 'occurredAt'>, bodyHash: number): string | null;
  /** Inside the transaction that deletes the row. */
  note(row: ForgottenRow): void;
}

export interface ForgottenRow {
  readonly arrivedMs: number;
  readonly bodyHash: number;
  /** Does its event say when it happened? */
  readonly isDated: boolean;
}

/** An event can be dated after its arrival: a vendor's clock runs ahead. */
const CLOCKS_APART_MS = 86_400_000;

export function createForgotten(database: Database.Database): Forgotten {
  const newest = database
    .prepare<[], number>('SELECT arrived_ms FROM forgotten WHERE id = 1 AND arrived_ms > 0')
    .pluck();
  const move = database.prepare<[number]>(
    'UPDATE forgotten SET arrived_ms = max(arrived_ms, ?) WHERE id = 1',
  );
  const findBody = database
    .prepare<[number], number>('SELECT 1 FROM forgotten_bodies WHERE body_hash = ?')
    .pluck();
  const keepBody = database.prepare<[number]>(
    'INSERT INTO forgotten_bodies (body_hash) VALUES (?) ON CONFLICT DO NOTHING',
  );
  return {
    why: ({ occurredAt }, bodyHash) => {
      const happenedMs = Date.parse(occurredAt ?? '');
      if (Number.isNaN(happenedMs)) {
        return findBody.get(bodyHash) === undefined
          ? null
          : 'the same body came before; its event was deleted since (retention.events)';
      }
      const until = newest.get();
      return until === undefined || happenedMs > until + CLOCKS_APART_MS
        ? null
        : `it happened at ${occurredAt}: whether it was answered then is not known any more, events that arrived until ${new Date(until).toISOString()} are deleted (retention.events)`;
    },
    note: ({ arrivedMs, bodyHash, isDated }) => {
      if (isDated) {
        move.run(arrivedMs);
      } else {
        keepBody.run(bodyHash);
      }
    },
  };
}
