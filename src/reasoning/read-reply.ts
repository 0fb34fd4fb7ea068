/** What came of one call of the model: a decision, a wish to read more, something that cannot be read, or a reply that stopped short. */
import type { Decision } from '../domain/decision.js';
import type { FailureKind } from '../domain/turn.js';
import type { ContentBlockParam, ModelReply } from '../integrations/claude/claude.js';
import { parseDecision } from './parse-decision.js';

export type Reading =
  | { readonly kind: 'decision'; readonly decision: Decision; readonly voidReasons: number }
  | { readonly kind: 'unreadable'; readonly problems: readonly string[] }
  | { readonly kind: 'stopped'; readonly why: string; readonly failureKind: FailureKind };

/** Our own reason to stop, beside the vendor's: the reply held a configured secret, and no word of it is read. */
export const WITHHELD = 'withheld';

/** What each way of stopping short means. A plan that was cut is never partly carried out. */
const STOPPED: Readonly<Record<string, readonly [FailureKind, string]>> = {
  refusal: ['refusal', 'the model declined to answer'],
  max_tokens: ['cut', 'the reply was cut at the token limit (limits.replyTokens)'],
  model_context_window_exceeded: ['context_too_large', 'the context is larger than the model can read'],
  pause_turn: ['paused', 'the model paused in the middle of its turn'],
  tool_use: ['no_answer', 'the model asked for a tool instead of answering'],
  [WITHHELD]: ['withheld', 'the reply held a configured secret, so that nothing of it was read or kept'],
};
const COMPLETE = new Set(['end_turn', 'stop_sequence']);

/** Reads a reply by its stop reason first: only one that came to its end is parsed. */
export function readReply(
  { stopReason, text }: Pick<ModelReply, 'stopReason' | 'text'>,
  itemIds: ReadonlySet<string>,
): Reading {
  if (stopReason === null || !COMPLETE.has(stopReason)) {
    const [failureKind, why] = STOPPED[stopReason ?? ''] ?? [
      'stopped',
      `the model stopped with ${stopReason ?? 'no reason'}`,
    ];
    return { kind: 'stopped', why, failureKind };
  }
  const parsed = parseDecision(text, itemIds);
  return parsed.ok
    ? { kind: 'decision', decision: parsed.decision, voidReasons: parsed.voidReasons }
    : { kind: 'unreadable', problems: parsed.problems };
}

/** The failure of a conversation whose second reply could not be read either. */
export function whyUnusable(problems: readonly string[]): string {
  return `the reply could not be used, also after a second try: ${problems.join('; ')}`;
}

/** A tool call in a reply. Name and input are the model's: nothing in them is checked yet. */
export interface AskedTool {
  /** Which of the reply's tool calls, from 0. */
  readonly index: number;
  /** The vendor's, which the answer names. */
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export function askedTools(content: readonly ContentBlockParam[]): readonly AskedTool[] {
  return content
    .filter((block) => block.type === 'tool_use')
    .map(({ id, name, input }, index) => ({ index, id, name, input }));
}

/** As `readReply`; while the model may ask, a complete reply with tool calls is a wish and no answer. */
export function readTurn(
  reply: Pick<ModelReply, 'stopReason' | 'text' | 'content'>,
  itemIds: ReadonlySet<string>,
  { mayAsk }: { readonly mayAsk: boolean },
): Reading | { readonly kind: 'asked'; readonly tools: readonly AskedTool[] } {
  const tools = askedTools(reply.content);
  return mayAsk && reply.stopReason === 'tool_use' && tools.length > 0
    ? { kind: 'asked', tools }
    : readReply(reply, itemIds);
}

/** Is it worth one more try? What stopped short would stop again; what asked for a tool where it had to answer may answer. */
export function isWorthRepair(reading: Reading): boolean {
  return reading.kind === 'unreadable' || (reading.kind === 'stopped' && reading.failureKind === 'no_answer');
}

/** The reply as the mirror keeps it (the API's message); null where its content was withheld or is none. */
export function storedReply(
  raw: unknown,
): Pick<ModelReply, 'model' | 'stopReason' | 'text' | 'content'> | null {
  const { model, stop_reason: stopReason, content } = Object(raw) as Record<string, unknown>;
  if (!Array.isArray(content)) {
    return null;
  }
  // As it came: the client let it in only once its blocks were what the API documents.
  const blocks = content as ContentBlockParam[];
  return {
    model: String(model),
    stopReason: typeof stopReason === 'string' ? stopReason : null,
    content: blocks,
    text: textOf(blocks),
  };
}

/** Text blocks joined. */
export function textOf(content: readonly ContentBlockParam[]): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
