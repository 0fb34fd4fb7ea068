/** An effect of which nobody knew whether it was done gets its end from a person who looked. */
import { canonicalJson } from '../domain/canonical-json.js';
import type { ActionResult } from '../domain/cycle.js';
import { type Settlement, settledResult } from '../domain/settlement.js';
import type { LapseTerms } from './autonomy.js';
import { noteLapse } from './autonomy-records.js';
import { wishForOutcome } from './card-wishes.js';
import { markUndone } from './undo-records.js';
import type { Trx } from './writing.js';

/** The first word counts, and only about what is `unknown`. Answers whether it counted. An undo that was done costs what any does. */
export async function settleUnknown(
  trx: Trx,
  at: string,
  settlement: Settlement,
  terms: LapseTerms,
): Promise<boolean> {
  const { actionId } = settlement;
  const row = await trx
    .selectFrom('actions')
    .select(['cycle_id', 'status', 'result', 'remote_id'])
    .where('id', '=', actionId)
    .executeTakeFirst();
  if (row === undefined || row.status !== 'unknown') {
    return false;
  }
  const { message } = JSON.parse(row.result ?? '{}') as Partial<ActionResult>;
  const result = { ...settledResult(settlement, message ?? 'unknown'), remoteId: row.remote_id };
  await trx
    .updateTable('actions')
    .set({ status: result.status, result: canonicalJson(result) })
    .where('id', '=', actionId)
    .execute();
  await wishForOutcome(trx, at, actionId, 'settled');
  if (result.status === 'executed') {
    const undone = await markUndone(trx, at, row.cycle_id, actionId, result);
    if (undone !== null) {
      await noteLapse(trx, at, { what: 'undo', id: actionId, actionId: undone, ...terms });
    }
  }
  return true;
}
