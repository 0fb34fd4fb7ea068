/** The durable queue of webhooks: what waits for delivery, how often it was tried, and how it ended. */
import type { Store } from './store.js';
import type { Vendor } from './vendors.js';

export const WEBHOOK_VENDORS = ['jira', 'bitbucket', 'slack'] as const satisfies readonly Vendor[];
export type WebhookVendor = (typeof WEBHOOK_VENDORS)[number];

interface Webhook {
  readonly vendor: WebhookVendor;
  /** The same on every attempt. */
  readonly deliveryId: string;
  /** Below the target: `/webhooks/jira`. */
  readonly path: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes, as text. */
  readonly body: string;
}

export interface QueuedWebhook extends Webhook {
  readonly seq: number;
  /** Attempts made so far. */
  readonly attempts: number;
  /** Why the last attempt was not accepted; null before the first. */
  readonly lastResult: string | null;
}

interface WebhookSummary {
  readonly vendor: WebhookVendor;
  readonly deliveryId: string;
  /** `lost`: a fault kept it back; it goes out when it is released. */
  readonly state: 'waiting' | 'delivered' | 'failed' | 'lost';
  readonly attempts: number;
  readonly lastResult: string | null;
}

export interface Outbox {
  add(webhook: Webhook, dueAt: number, state?: 'waiting' | 'lost'): void;
  /** Lost ones, of this vendor or of all, are due now; answers how many. */
  release(vendor: WebhookVendor | null, now: number): number;
  /** Waiting ones that are due, oldest first. */
  due(now: number, limit: number): QueuedWebhook[];
  /** When the next waiting one is due; null when none waits. */
  nextDueAt(): number | null;
  settle(seq: number, state: 'delivered' | 'failed', result: string): void;
  postpone(seq: number, dueAt: number, result: string): void;
  /** The newest, newest first. */
  recent(limit: number): WebhookSummary[];
}

const SETTLED_KEPT = 500;
const PRUNE_EVERY = 100;

interface Row {
  readonly seq: number;
  readonly vendor: WebhookVendor;
  readonly delivery_id: string;
  readonly path: string;
  readonly content_type: string;
  readonly headers: string;
  readonly body: string;
  readonly state: WebhookSummary['state'];
  readonly attempts: number;
  readonly last_result: string | null;
}

/** The queue kept in this store. */
export function createOutbox(store: Store): Outbox {
  const { database } = store;
  const insert = database.prepare(
    'INSERT INTO outbox (vendor, delivery_id, path, content_type, headers, body, due_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const due = database.prepare<[number, number], Row>(
    "SELECT * FROM outbox WHERE state = 'waiting' AND due_at <= ? ORDER BY seq LIMIT ?",
  );
  const next = database.prepare<[], { at: number | null }>(
    "SELECT MIN(due_at) AS at FROM outbox WHERE state = 'waiting'",
  );
  const settle = database.prepare(
    'UPDATE outbox SET state = ?, attempts = attempts + 1, last_result = ? WHERE seq = ?',
  );
  const postpone = database.prepare(
    'UPDATE outbox SET due_at = ?, attempts = attempts + 1, last_result = ? WHERE seq = ?',
  );
  const release = database.prepare(
    "UPDATE outbox SET state = 'waiting', due_at = ? WHERE state = 'lost' AND (? IS NULL OR vendor = ?)",
  );
  const prune = database.prepare("DELETE FROM outbox WHERE state IN ('delivered', 'failed') AND seq <= ?");
  const recent = database.prepare<[number], Row>('SELECT * FROM outbox ORDER BY seq DESC LIMIT ?');
  return {
    add: (webhook, dueAt, state = 'waiting') => {
      const { vendor, deliveryId, path, contentType, headers, body } = webhook;
      insert.run(vendor, deliveryId, path, contentType, JSON.stringify(headers), body, dueAt, state);
    },
    release: (vendor, now) => release.run(now, vendor, vendor).changes,
    due: (now, limit) => due.all(now, limit).map(toQueued),
    nextDueAt: () => next.get()?.at ?? null,
    settle: (seq, state, result) => {
      settle.run(state, result, seq);
      if (seq % PRUNE_EVERY === 0) prune.run(seq - SETTLED_KEPT);
    },
    postpone: (seq, dueAt, result) => void postpone.run(dueAt, result, seq),
    recent: (limit) => recent.all(limit).map(toSummary),
  };
}

function toQueued(row: Row): QueuedWebhook {
  return {
    seq: row.seq,
    vendor: row.vendor,
    deliveryId: row.delivery_id,
    path: row.path,
    contentType: row.content_type,
    headers: JSON.parse(row.headers) as Record<string, string>,
    body: row.body,
    attempts: row.attempts,
    lastResult: row.last_result,
  };
}

function toSummary(row: Row): WebhookSummary {
  return {
    vendor: row.vendor,
    deliveryId: row.delivery_id,
    state: row.state,
    attempts: row.attempts,
    lastResult: row.last_result,
  };
}
