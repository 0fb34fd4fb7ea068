/** The ledger of model calls: each call with its prompt, its reply and its cost. */
import { callColumns } from './call-columns.js';
import {
  ANSWERED_AFTER_ALL,
  beginCall,
  type CallUnderWay,
  endCall,
  type LostCalls,
  lostColumns,
  takeLost,
} from './calls-under-way.js';
import type { ModelCallRecord } from './model-call-record.js';
import type { LlmCallsTable } from './model-call-table.js';
import { audit, inTransaction, type Trx, type Writing } from './writing.js';

/** Before it is sent. */
export function beginModelCall(
  writing: Writing,
  { cycleId, ...call }: CallUnderWay & { readonly cycleId: string },
): Promise<void> {
  return beginCall(writing, { cycle_id: cycleId, trial_id: null, case_id: null }, call);
}

/** Prompt and reply become blobs; the cost is added to the cycle once per call id. */
export function recordModelCall(
  writing: Writing,
  call: ModelCallRecord,
): Promise<{ readonly replyHash: string | null }> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const columns = { ...(await callColumns(trx, at, call)), cycle_id: call.cycleId };
    const { underWay } = call;
    const wasLost =
      underWay !== undefined && !(await endCall(trx, underWay)) && (await refund(trx, underWay));
    await insertCall(trx, at, columns, {
      usage: call.usage,
      ...(wasLost ? { countedAsLost: underWay } : {}),
    });
    return { replyHash: columns.reply_hash };
  });
}

/** Each stands in the ledger at what was held for it, once. */
export function bookLostCalls(writing: Writing, lost: LostCalls): Promise<void> {
  return takeLost(writing, 'cycle_id', lost, (trx, at, call) =>
    insertCall(
      trx,
      at,
      { ...lostColumns(call, at), cycle_id: call.cycle_id ?? '' },
      { usage: null, lost: true },
    ),
  );
}

async function insertCall(
  trx: Trx,
  at: string,
  row: LlmCallsTable,
  more: Readonly<Record<string, unknown>>,
): Promise<void> {
  const inserted = await trx
    .insertInto('llm_calls')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  if (Number(inserted.numInsertedOrUpdatedRows ?? 0) === 0) {
    return;
  }
  await addCost(trx, row.cycle_id, row.cost_usd);
  const called = {
    model: row.model,
    promptId: row.prompt_id,
    promptVersion: row.prompt_version,
    promptHash: row.prompt_hash,
    replyHash: row.reply_hash,
    stopReason: row.stop_reason,
    costUsd: row.cost_usd,
    ...(row.cost_is_estimate === 1 ? { costIsEstimate: true } : {}),
    requestId: row.request_id,
    error: row.error,
    ...more,
  };
  await audit(trx, at, row.cycle_id, 'model.called', called, { key: row.id });
}

/** It was booked as lost: what was held for it was not spent besides. False where it was not. */
async function refund(trx: Trx, id: string): Promise<boolean> {
  const booked = await trx
    .selectFrom('llm_calls')
    .select(['cycle_id', 'cost_usd'])
    .where('id', '=', id)
    .where('lost', '=', 1)
    .executeTakeFirst();
  if (booked === undefined) {
    return false;
  }
  await trx.updateTable('llm_calls').set(ANSWERED_AFTER_ALL).where('id', '=', id).execute();
  await addCost(trx, booked.cycle_id, -booked.cost_usd);
  return true;
}

async function addCost(trx: Trx, cycleId: string, usd: number): Promise<void> {
  await trx
    .updateTable('cycles')
    .set((eb) => ({ cost_usd: eb('cost_usd', '+', usd) }))
    .where('id', '=', cycleId)
    .execute();
}
