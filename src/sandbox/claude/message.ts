/** The Messages API's wire format: messages, errors, ids. Shapes as the vendor's recorded answers have them. */
import { randomBytes } from 'node:crypto';
import { isRecord, type JsonRecord, textAt } from '../loose-json.js';
import { tokensIn, type Usage } from './usage.js';

/** Error types and their HTTP status, as the vendor documents them. */
const ERROR_STATUS: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  timeout_error: 408,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  overloaded_error: 529,
};

/** An HTTP answer of the API. */
export interface WireAnswer {
  readonly status: number;
  readonly body: JsonRecord;
}

/** `msg_…`, `toolu_…` or `req_…`: 24 characters after the prefix. */
export function newId(prefix: 'msg' | 'toolu' | 'req'): string {
  return `${prefix}_01${randomBytes(11).toString('hex')}`;
}

export function errorAnswer(type: string, message: string, requestId: string, status?: number): WireAnswer {
  return {
    status: status ?? ERROR_STATUS[type] ?? 400,
    body: { type: 'error', error: { type, message }, request_id: requestId },
  };
}

export function textBlock(text: string): JsonRecord {
  return { type: 'text', text };
}

export function toolUseBlock(name: string, input: JsonRecord): JsonRecord {
  return { type: 'tool_use', id: newId('toolu'), name, input };
}

/**
 * A message with these content blocks; members of `given` win over what is made up here. A text longer than the
 * request's max_tokens is cut and ends with `max_tokens`, as the vendor does.
 */
export function messageAnswer(
  request: unknown,
  usage: Usage,
  content: readonly unknown[],
  given: JsonRecord = {},
): WireAnswer {
  const maxTokens = Number(textAt(request, 'max_tokens') ?? Number.POSITIVE_INFINITY);
  const cut = given.content === undefined && tokensIn(content) > maxTokens;
  const blocks = cut ? content.map((block) => cutBlock(block, maxTokens)) : content;
  const usesTool = blocks.some((block) => textAt(block, 'type') === 'tool_use');
  const stopReason = cut ? 'max_tokens' : usesTool ? 'tool_use' : 'end_turn';
  return {
    status: 200,
    body: {
      id: newId('msg'),
      type: 'message',
      role: 'assistant',
      model: textAt(request, 'model'),
      content: blocks,
      stop_reason: stopReason,
      stop_sequence: null,
      usage: {
        ...usage,
        cache_creation: {
          ephemeral_5m_input_tokens: usage.cache_creation_input_tokens,
          ephemeral_1h_input_tokens: 0,
        },
        output_tokens: tokensIn(blocks),
        service_tier: 'standard',
      },
      ...given,
    },
  };
}

function cutBlock(block: unknown, maxTokens: number): unknown {
  return isRecord(block) && typeof block.text === 'string'
    ? { ...block, text: block.text.slice(0, maxTokens * 4) }
    : block;
}
