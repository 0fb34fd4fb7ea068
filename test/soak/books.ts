/** What the databases of a running product say of a soak, read beside it. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Standing } from './standstill.js';

export interface Counts {
  /** Of our own deliveries: the simulated Jira also tells of the agent's comments, and those are ignored. */
  readonly rows: number;
  readonly processed: number;
  readonly completed: number;
  readonly coalesced: number;
  /** Effects that were carried out. */
  readonly effects: number;
  /** Rows of the audit chain. */
  readonly chain: number;
}

export interface Books {
  /** How far the product is: what is open, and something that changes with each step. */
  standing(): Standing;
  counts(): Counts;
  close(): void;
}

export function openBooks(dataDir: string): Books {
  const open = (name: string) => new Database(join(dataDir, name), { readonly: true, timeout: 5_000 });
  const inbox = open('inbox.db');
  const mirror = open('pm-agent.db');
  const number = (database: Database.Database, sql: string) => {
    const statement = database.prepare<[], number>(sql).pluck();
    return () => statement.get() ?? 0;
  };
  const states = inbox.prepare(
    'SELECT status, count(*) AS n, sum(attempts) AS tries FROM webhooks GROUP BY status',
  );
  const left = number(inbox, `SELECT count(*) FROM webhooks WHERE status IN ('received', 'started')`);
  const chain = number(mirror, 'SELECT count(*) FROM audit_log');
  const ours = `FROM webhooks WHERE delivery_id LIKE 'soak-%'`;
  const cycles = (status: string) =>
    number(mirror, `SELECT count(*) FROM cycles WHERE status = '${status}' AND id LIKE 'cycle-jira-soak-%'`);
  const counts: { readonly [C in keyof Counts]: () => number } = {
    rows: number(inbox, `SELECT count(*) ${ours}`),
    processed: number(inbox, `SELECT count(*) ${ours} AND status = 'processed' AND reason IS NULL`),
    completed: cycles('completed'),
    coalesced: cycles('coalesced'),
    effects: number(mirror, `SELECT count(*) FROM actions WHERE status = 'executed'`),
    chain,
  };
  return {
    standing: () => ({ left: left(), fingerprint: JSON.stringify([states.all(), chain()]) }),
    counts: () =>
      Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count()])) as unknown as Counts,
    close: () => {
      inbox.close();
      mirror.close();
    },
  };
}
