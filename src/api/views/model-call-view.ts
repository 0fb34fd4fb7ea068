/** How the model came to its decision: its calls turn by turn, and what it read between them. */
import { z } from 'zod';
import type { LlmCallsTable } from '../../audit/model-call-table.js';
import type { AuditLogTable } from '../../audit/schema.js';
import { time } from './common.js';

export const modelCallShape = z
  .object({
    id: z.string(),
    stage: z.enum(['triage', 'decision', 'question']).openapi({
      description: 'The first look, the decision, or an answer to somebody who has to decide',
    }),
    turn: z.number().int().nullable().openapi({ description: 'Of the decision, from 1' }),
    round: z.number().int().openapi({
      description: 'Of the looks at the event: 0, and more where the model was asked again later',
    }),
    purpose: z.string(),
    model: z.string(),
    promptId: z.string(),
    promptVersion: z.string(),
    promptHash: z.string(),
    replyHash: z.string().nullable(),
    stopReason: z.string().nullable(),
    inputTokens: z.number().int(),
    outputTokens: z.number().int(),
    cacheReadTokens: z.number().int(),
    cacheWriteTokens: z.number().int(),
    cost: z.number().openapi({ description: 'USD' }),
    outcome: z.enum(['answered', 'failed', 'lost']).openapi({
      description: 'lost: no word of it came back, as where its worker died; it may have been paid',
    }),
    costIsEstimate: z.boolean().openapi({
      description: 'The answer was lost: the most that the call may have cost, which budgets count',
    }),
    priceDate: z.string().nullable(),
    requestId: z.string().nullable(),
    startedAt: time,
    endedAt: time.nullable(),
    error: z.string().nullable(),
  })
  .openapi('ModelCall');

export const toolUseShape = z
  .object({
    place: z.string().openapi({ example: 't1.2', description: 'The second use of the first turn' }),
    tool: z.string(),
    input: z.unknown(),
    answerHash: z.string().openapi({ description: 'sha256 of the answer; GET /api/blobs/{id} has it' }),
    refused: z.string().nullable().openapi({ description: 'Why nothing was read' }),
    items: z.array(z.object({ id: z.string(), source: z.string(), hash: z.string() })),
  })
  .openapi('ToolUse');

type ModelCall = z.input<typeof modelCallShape>;
type ToolUse = z.input<typeof toolUseShape>;

const STAGES: Readonly<Record<string, ModelCall['stage']>> = { triage: 'triage', answer: 'question' };

export function toModelCall(row: LlmCallsTable): ModelCall {
  return {
    id: row.id,
    stage: STAGES[row.purpose] ?? 'decision',
    ...placeOf(row),
    purpose: row.purpose,
    model: row.model,
    promptId: row.prompt_id,
    promptVersion: row.prompt_version,
    promptHash: row.prompt_hash,
    replyHash: row.reply_hash,
    stopReason: row.stop_reason,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    cost: row.cost_usd,
    outcome: outcomeOf(row),
    costIsEstimate: row.cost_is_estimate === 1,
    priceDate: row.price_date,
    requestId: row.request_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    error: row.error,
  };
}

function outcomeOf({ lost, error }: LlmCallsTable): ModelCall['outcome'] {
  return lost === 1 ? 'lost' : error === null ? 'answered' : 'failed';
}

/**
 * A turn's call is `<cycle>.t<n>.<what it is over>`, in a later look at the event `<cycle>.r<m>t<n>.…`
 * (activities/turns/place.ts); others are of no turn.
 */
function placeOf({ id, cycle_id }: LlmCallsTable): { readonly turn: number | null; readonly round: number } {
  const [, round = '0', turn] = id.startsWith(`${cycle_id}.`)
    ? (/^\.(?:r(\d+))?t(\d+)\./.exec(id.slice(cycle_id.length)) ?? [])
    : [];
  return { turn: turn === undefined ? null : Number(turn), round: Number(round) };
}

/** In the order in which they were asked for; what was erased is left out. A use that was recorded by two tries stands once. */
export function toolUsesIn(entries: readonly AuditLogTable[]): readonly ToolUse[] {
  const uses = entries
    .filter(({ kind, data }) => kind === 'tool.used' && data !== null)
    .map(({ data }) => toolUseShape.parse(JSON.parse(data ?? '')));
  return [...new Map(uses.map((use) => [`${use.place}/${use.answerHash}`, use])).values()];
}
