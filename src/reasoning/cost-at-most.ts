import { costOfCall } from '../domain/model-prices.js';
import type { ModelPrice } from '../domain/model-usage.js';
import type { ModelRequest } from '../integrations/claude/claude.js';

/**
 * Bytes of UTF-8 of a token at the least: the API's own rule of thumb is three and a half for English, JSON has fewer, and a
 * character of another script has two to four. A wrong guess errs towards asking less.
 */
const BYTES_A_TOKEN = 2;

/** The most that this request can cost in USD: nothing of it cached, the reply as long as it may be. */
export function costAtMost(
  request: ModelRequest,
  prices: Readonly<Record<string, ModelPrice>>,
  promptTokens = tokensAtMost(request),
): number {
  const usage = {
    inputTokens: 0,
    outputTokens: request.maxTokens,
    cacheReadTokens: 0,
    cacheWriteTokens: promptTokens,
  };
  return costOfCall([request.model], usage, prices).usd;
}

function tokensAtMost({ system, messages, tools, replySchema }: ModelRequest): number {
  const bytes = Buffer.byteLength(system) + Buffer.byteLength(JSON.stringify([messages, tools, replySchema]));
  return Math.ceil(bytes / BYTES_A_TOKEN);
}
