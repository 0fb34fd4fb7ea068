/** What came of one call of the model: a decision, something that cannot be read, or a reply that stopped short. */
import type { Decision } from '../domain/decision.js';
import type { ModelReply } from '../integrations/claude/claude.js';
import { parseDecision } from './parse-decision.js';

export type Reading =
  | { readonly kind: 'decision'; readonly decision: Decision; readonly voidReasons: number }
  | { readonly kind: 'unreadable'; readonly problems: readonly string[] }
  | { readonly kind: 'stopped'; readonly why: string };

/** What each way of stopping short means. A plan that was cut is never partly carried out. */
const STOPPED: Readonly<Record<string, string>> = {
  refusal: 'the model declined to answer',
  max_tokens: 'the reply was cut at the token limit',
  model_context_window_exceeded: 'the context is larger than the model can read',
  pause_turn: 'the model paused in the middle of its turn',
  tool_use: 'the model asked for a tool instead of answering',
};
const COMPLETE = new Set(['end_turn', 'stop_sequence']);

/** Reads a reply by its stop reason first: only one that came to its end is parsed. */
export function readReply(
  { stopReason, text }: Pick<ModelReply, 'stopReason' | 'text'>,
  itemIds: ReadonlySet<string>,
): Reading {
  if (stopReason === null || !COMPLETE.has(stopReason)) {
    const why = STOPPED[stopReason ?? ''] ?? `the model stopped with ${stopReason ?? 'no reason'}`;
    return { kind: 'stopped', why };
  }
  const parsed = parseDecision(text, itemIds);
  return parsed.ok
    ? { kind: 'decision', decision: parsed.decision, voidReasons: parsed.voidReasons }
    : { kind: 'unreadable', problems: parsed.problems };
}
