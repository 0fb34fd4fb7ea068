/** What the relay has before it, in numbers. Read when somebody asks for metrics: bounded, by indexes. */
import type Database from 'better-sqlite3';

export interface Backlog {
  /** Accepted events whose workflow was not started, counted up to `limit`. */
  received(limit: number): number;
  /** Those of them that fold into another's cycle and have their turn, counted up to `limit`. */
  folding(limit: number): number;
  /** When the oldest event arrived that has its turn and no workflow, epoch milliseconds; null for none. */
  firstClaimed(): number | null;
}

export function createBacklog(database: Database.Database): Backlog {
  const count = (where: string) =>
    database
      .prepare<[number], number>(`SELECT count(*) FROM (SELECT 1 FROM webhooks WHERE ${where} LIMIT ?)`)
      .pluck();
  const received = count(`status = 'received'`);
  const folding = count(`relay = 'folding'`);
  // Few rows are `starting`; of those that fold, the first by `seq` arrived first.
  const firstClaimed = database
    .prepare<[], number | null>(
      `SELECT min(at) FROM (
         SELECT min(arrived_ms) AS at FROM webhooks WHERE relay = 'starting'
         UNION ALL
         SELECT * FROM (SELECT arrived_ms FROM webhooks WHERE relay = 'folding' ORDER BY seq LIMIT 1))`,
    )
    .pluck();
  return {
    received: (limit) => received.get(limit) ?? 0,
    folding: (limit) => folding.get(limit) ?? 0,
    firstClaimed: () => firstClaimed.get() ?? null,
  };
}
