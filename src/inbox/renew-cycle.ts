/** A row gets another cycle where its own runs on in Temporal and the records were restored to before that. */
import type Database from 'better-sqlite3';
import type { EventSource } from '../domain/event.js';
import { createCycleSeq } from './cycle-seq.js';
import { furtherCycleId } from './further-cycle.js';
import type { Lanes } from './lanes/lanes.js';

interface OpenRow {
  readonly seq: number;
  readonly source: EventSource;
  readonly deliveryId: string;
  readonly subject: string;
  readonly arrivedMs: number;
  readonly priority: number;
}

const OPEN = `SELECT seq, source, delivery_id AS deliveryId, subject, arrived_ms AS arrivedMs, priority FROM webhooks
  WHERE seq = ? AND status IN ('received', 'started')`;

/** It waits for its lane like one that has just arrived; what folded into the old cycle folds into the new one. */
export function createRenew(
  database: Database.Database,
  lanes: Lanes,
): (cycleId: string, now: Date) => string | null {
  const seqOf = createCycleSeq(database);
  const open = database.prepare<[number | null], OpenRow>(OPEN);
  const renew = database.prepare<[string, number]>(
    `UPDATE webhooks SET cycle_id = ?, status = 'received', relay = 'waiting', started_at = NULL, coalesced_into = NULL,
       newer_answered = NULL, attempts = 0 WHERE seq = ?`,
  );
  const repoint = database.prepare<[string, string]>(
    'UPDATE webhooks SET coalesced_into = ? WHERE coalesced_into = ?',
  );
  return (cycleId, now) => {
    const row = open.get(seqOf(cycleId));
    if (row === undefined) {
      return null;
    }
    const renewed = furtherCycleId(row.source, row.deliveryId);
    renew.run(renewed, row.seq);
    repoint.run(renewed, cycleId);
    lanes.release(cycleId, now.getTime());
    lanes.enqueue(row);
    return renewed;
  };
}
