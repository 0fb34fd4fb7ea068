import type { WebhookRow } from '../inbox.js';

/** Has this row's cycle ended without being able to say so itself? Only then has an ended row a reason. */
export function isLost(row: Pick<WebhookRow, 'status' | 'reason'>): boolean {
  return row.status === 'dead_letter' || (row.status === 'processed' && row.reason !== null);
}
