/** Calls of the model from before they are sent until their answer is recorded; what is left of one that was lost. */
import { putBlob } from './blobs.js';
import type { CallsUnderWayTable } from './calls-under-way-table.js';
import type { ModelCallRecord } from './model-call-record.js';
import type { LlmCallsTable } from './model-call-table.js';
import { inTransaction, type Trx, type Writing } from './writing.js';

/** One try of an activity. */
export interface TryOf {
  readonly runId: string;
  readonly activityId: string;
  /** From 1. */
  readonly attempt: number;
}

type Described = 'purpose' | 'model' | 'promptId' | 'promptVersion' | 'request' | 'startedAt';

export interface CallUnderWay extends Pick<ModelCallRecord, Described> {
  /** Unlike any other's: the row in the ledger has it if the call is lost. */
  readonly id: string;
  readonly heldUsd: number;
  readonly madeBy: TryOf;
}

export interface LostCalls {
  /** The try that looks: what earlier ones of its activity left under way, nobody waits for any more. */
  readonly seenBy: TryOf;
  /** ISO 8601 UTC: what began before is lost, whoever made it. */
  readonly begunBefore: string;
}

/** Whose call it is. */
export type CallOwner =
  | { readonly cycle_id: string; readonly trial_id: null; readonly case_id: null }
  | { readonly cycle_id: null; readonly trial_id: string; readonly case_id: string };

export function beginCall(writing: Writing, owner: CallOwner, call: CallUnderWay): Promise<void> {
  const { id, purpose, model, promptId, promptVersion, request, startedAt, heldUsd, madeBy } = call;
  return inTransaction(writing, async (trx) => {
    await trx
      .insertInto('calls_under_way')
      .values({
        id,
        ...owner,
        purpose,
        model,
        prompt_id: promptId,
        prompt_version: promptVersion,
        prompt_hash: await putBlob(trx, 'prompt', JSON.stringify(request), writing.now()),
        held_usd: heldUsd,
        started_at: startedAt,
        run_id: madeBy.runId,
        activity_id: madeBy.activityId,
        attempt: madeBy.attempt,
      })
      .execute();
  });
}

/** Was it under way until now? False also for one that was taken for lost meanwhile. */
export async function endCall(trx: Trx, id: string): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('calls_under_way')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows) > 0;
}

/** Takes them out and hands each to `book`, all or none: two that look at once find each call once. */
export async function takeLost(
  writing: Writing,
  owner: 'cycle_id' | 'trial_id',
  lost: LostCalls,
  book: (trx: Trx, at: string, call: CallsUnderWayTable) => Promise<void>,
): Promise<void> {
  const found = await lostAmong(writing.db, owner, lost).select('id').execute();
  if (found.length === 0) {
    return;
  }
  await inTransaction(writing, async (trx) => {
    for (const call of await lostAmong(trx, owner, lost).selectAll().execute()) {
      await endCall(trx, call.id);
      await book(trx, writing.now(), call);
    }
  });
}

function lostAmong(
  db: Pick<Writing['db'], 'selectFrom'>,
  owner: 'cycle_id' | 'trial_id',
  { seenBy: { runId, activityId, attempt }, begunBefore }: LostCalls,
) {
  return db
    .selectFrom('calls_under_way')
    .where((eb) => {
      // Whose cycle or trial the mirror does not know has no ledger, and must not stop every later call.
      const known =
        owner === 'cycle_id'
          ? eb.selectFrom('cycles').select('id').whereRef('cycles.id', '=', 'calls_under_way.cycle_id')
          : eb.selectFrom('trials').select('id').whereRef('trials.id', '=', 'calls_under_way.trial_id');
      return eb.exists(known);
    })
    .where((eb) =>
      eb.or([
        eb.and([eb('run_id', '=', runId), eb('activity_id', '=', activityId), eb('attempt', '<', attempt)]),
        eb('started_at', '<', begunBefore),
      ]),
    )
    .orderBy('started_at');
}

/** As the ledger keeps it: nobody knows what it cost, so that it stands at the most that it may have. */
export function lostColumns(call: CallsUnderWayTable, at: string): Omit<LlmCallsTable, 'cycle_id'> {
  const { id, purpose, model, prompt_id, prompt_version, prompt_hash, held_usd, started_at, attempt } = call;
  return {
    id,
    purpose,
    model,
    prompt_id,
    prompt_version,
    prompt_hash,
    reply_hash: null,
    stop_reason: null,
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    cost_usd: held_usd,
    cost_is_estimate: 1,
    lost: 1,
    price_date: null,
    request_id: null,
    started_at,
    ended_at: at,
    error: `no word of it came back (try ${attempt}), as where its worker dies: it may have been paid`,
  };
}

/** Of a call that was taken for lost and answered after all: that answer has a row of its own. */
export const ANSWERED_AFTER_ALL = {
  cost_usd: 0,
  cost_is_estimate: 0,
  lost: 0,
  error: 'it was taken for lost, and its answer came after all: it stands in a row of its own',
} as const;
