import type { Trx } from './writing.js';

/**
 * What was approved is asked about again. What was begun of it does not count for what is approved next: neither how its target
 * stood, nor how often it had to wait. When a request may have left is kept: the next attempt looks for what it made.
 */
export async function beginAnew(trx: Trx, cycleId: string, actionId: string): Promise<void> {
  await trx
    .updateTable('steps')
    .set({ status: 'waiting', ended_at: null })
    .where('id', '=', `${cycleId}/approve`)
    .execute();
  await trx
    .updateTable('actions')
    .set({ intent_at: null, request: null, stood: null })
    .where('id', '=', actionId)
    .execute();
  await trx.deleteFrom('vendor_waits').where('key', '=', actionId).execute();
}
