/** How a cycle was decided, for a drill that is made in its likeness. */
import type { LikeStep } from '../domain/drill.js';
import { getBlob } from './blobs.js';
import type { DrillPattern } from './drills.js';
import type { LlmCallsTable } from './model-call-table.js';
import type { Writing } from './writing.js';

const STEPS = ['gather', 'decide', 'plan'] as const;

/** Null where it was not decided by a call of the model that stands there in full. */
export async function drillPattern(
  { db }: Pick<Writing, 'db'>,
  cycleId: string,
): Promise<DrillPattern | null> {
  const cycle = await db
    .selectFrom('cycles')
    .select(['event_id', 'context_hash', 'received_at', 'started_at'])
    .where('id', '=', cycleId)
    .executeTakeFirst();
  const call = await decidingCall({ db }, cycleId);
  const request = await blobOf({ db }, call?.prompt_hash ?? null);
  const reply = await blobOf({ db }, call?.reply_hash ?? null);
  if (cycle === undefined || call === undefined || request === null || reply === null) {
    return null;
  }
  const rows = await db
    .selectFrom('steps')
    .select(['id', 'started_at', 'ended_at', 'detail'])
    .where(
      'id',
      'in',
      STEPS.map((name) => `${cycleId}/${name}`),
    )
    .execute();
  const stepOf = (name: (typeof STEPS)[number]): LikeStep => {
    const row = rows.find(({ id }) => id === `${cycleId}/${name}`);
    return row === undefined
      ? { detail: {}, tookMs: 0 }
      : {
          detail: JSON.parse(row.detail) as LikeStep['detail'],
          tookMs: between(row.started_at, row.ended_at),
        };
  };
  return {
    eventId: cycle.event_id,
    contextHash: cycle.context_hash ?? '',
    waitedMs: between(cycle.received_at, cycle.started_at),
    gather: stepOf('gather'),
    decide: stepOf('decide'),
    plan: stepOf('plan'),
    call: toCall(call, request, reply),
  };
}

function between(from: string, to: string | null): number {
  return to === null ? 0 : Math.max(0, Date.parse(to) - Date.parse(from));
}

/** The last one: what came before it read, or looked first. */
function decidingCall({ db }: Pick<Writing, 'db'>, cycleId: string): Promise<LlmCallsTable | undefined> {
  return db
    .selectFrom('llm_calls')
    .selectAll()
    .where('cycle_id', '=', cycleId)
    .where('purpose', 'not in', ['triage', 'answer'])
    .where('error', 'is', null)
    .orderBy('started_at', 'desc')
    .executeTakeFirst();
}

/** Null where it is gone, or was erased. */
async function blobOf({ db }: Pick<Writing, 'db'>, hash: string | null): Promise<unknown> {
  const blob = hash === null ? null : await getBlob(db, hash);
  try {
    return blob === null ? null : JSON.parse(blob.toString('utf8'));
  } catch {
    return null;
  }
}

function toCall(row: LlmCallsTable, request: unknown, reply: unknown): DrillPattern['call'] {
  return {
    purpose: row.purpose,
    model: row.model,
    promptId: row.prompt_id,
    promptVersion: row.prompt_version,
    request,
    reply,
    stopReason: row.stop_reason,
    usage: {
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      cacheReadTokens: row.cache_read_tokens,
      cacheWriteTokens: row.cache_write_tokens,
    },
    costUsd: row.cost_usd,
    priceDate: row.price_date,
    requestId: row.request_id,
  };
}
