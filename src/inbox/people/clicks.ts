/** What people did with approval cards: stored in one commit with the delivery, kept until it was answered. */
import type Database from 'better-sqlite3';
import type { GroupCommit } from '../group-commit.js';
import type { Accepted, ApprovalClick, ClickStore, Delivery, PendingClick } from '../inbox.js';

/** Between two tries to answer one click. */
export const LONGEST_RETRY_MS = 5 * 60_000;

interface ClickRow {
  readonly eventId: string;
  readonly click: string;
  readonly receivedAt: string;
  readonly attempts: number;
}

export interface Clicks {
  readonly store: ClickStore;
  /** Inside the transaction that stored the delivery; answers `accepted` as it is. */
  readonly keep: (delivery: Delivery, accepted: Accepted) => Accepted;
  /** After that commit. */
  readonly tell: (delivery: Delivery, accepted: Accepted) => void;
}

export function createClicks(database: Database.Database, commits: GroupCommit, clock: () => Date): Clicks {
  const sql = statementsOf(database);
  const listeners: (() => void)[] = [];
  return {
    keep(delivery, accepted) {
      if (delivery.click !== undefined && accepted.outcome === 'stored') {
        sql.insert.run(accepted.eventId, JSON.stringify(delivery.click), clock().getTime());
      }
      return accepted;
    },
    tell(delivery, accepted) {
      if (delivery.click !== undefined && accepted.outcome === 'stored') {
        for (const listener of listeners) {
          listener();
        }
      }
    },
    store: {
      pendingClicks: (nowMs, limit) => sql.pending.all(nowMs, nowMs + LONGEST_RETRY_MS, limit).map(toPending),
      nextClickMs: () => sql.next.get() ?? null,
      settleClick: (eventId, result) =>
        commits.write(() => {
          const at = clock().toISOString();
          sql.settle.run(result, at, eventId);
          sql.processed.run(at, eventId);
        }),
      postponeClick: (eventId, nextMs, result) =>
        commits.write(() => {
          sql.postpone.run(nextMs, result, eventId);
        }),
      onClick: (listener) => {
        listeners.push(listener);
      },
    },
  };
}

function statementsOf(database: Database.Database) {
  return {
    insert: database.prepare<[string, string, number]>(
      'INSERT INTO clicks (event_id, click, next_ms) VALUES (?, ?, ?)',
    ),
    // A first try is due since it came, and none waits longer than the longest pause: else the clock was set back.
    pending: database.prepare<[number, number, number], ClickRow>(
      `SELECT event_id AS eventId, click, received_at AS receivedAt, clicks.attempts
       FROM clicks JOIN webhooks ON webhooks.id = event_id
       WHERE clicks.status = 'pending' AND (clicks.attempts = 0 OR next_ms <= ? OR next_ms > ?)
       ORDER BY next_ms LIMIT ?`,
    ),
    next: database
      .prepare<[], number | null>(`SELECT MIN(next_ms) FROM clicks WHERE status = 'pending'`)
      .pluck(),
    settle: database.prepare<[string, string, string]>(
      `UPDATE clicks SET status = 'done', attempts = attempts + 1, result = ?, settled_at = ?
       WHERE event_id = ? AND status = 'pending'`,
    ),
    processed: database.prepare<[string, string]>(
      'UPDATE webhooks SET processed_at = ? WHERE id = ? AND processed_at IS NULL',
    ),
    postpone: database.prepare<[number, string, string]>(
      `UPDATE clicks SET attempts = attempts + 1, next_ms = ?, result = ? WHERE event_id = ? AND status = 'pending'`,
    ),
  };
}

function toPending({ click, ...row }: ClickRow): PendingClick {
  return { ...row, click: JSON.parse(click) as ApprovalClick };
}
