/**
 * What both ledgers of model calls keep of one: prompt and reply as blobs, the rest as columns. Both blobs have their members in the
 * order in which they went over the wire: later requests of a conversation repeat them, and another order is another prefix.
 */
import { putBlob } from './blobs.js';
import type { ModelCallRecord } from './model-call-record.js';
import type { Trx } from './writing.js';

export async function callColumns(trx: Trx, at: string, call: Omit<ModelCallRecord, 'cycleId'>) {
  return {
    id: call.id,
    purpose: call.purpose,
    model: call.model,
    prompt_id: call.promptId,
    prompt_version: call.promptVersion,
    prompt_hash: await putBlob(trx, 'prompt', JSON.stringify(call.request), at),
    reply_hash: call.reply === null ? null : await putBlob(trx, 'reply', JSON.stringify(call.reply), at),
    stop_reason: call.stopReason,
    input_tokens: call.usage?.inputTokens ?? 0,
    output_tokens: call.usage?.outputTokens ?? 0,
    cache_read_tokens: call.usage?.cacheReadTokens ?? 0,
    cache_write_tokens: call.usage?.cacheWriteTokens ?? 0,
    cost_usd: call.costUsd,
    cost_is_estimate: call.costIsEstimate === true ? 1 : 0,
    lost: 0,
    price_date: call.priceDate,
    request_id: call.requestId,
    started_at: call.startedAt,
    ended_at: call.endedAt,
    error: call.error,
  };
}
