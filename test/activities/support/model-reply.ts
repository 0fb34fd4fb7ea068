/** What the model answers in these tests, in the API's shape and in the port's. */
import type { ContentBlockParam, ModelReply } from '../../../src/integrations/claude/claude.js';
import { textOf } from '../../../src/reasoning/read-reply.js';

export interface Said {
  /** One text block; or give `content`. */
  readonly text?: string;
  readonly content?: readonly ContentBlockParam[];
  readonly stopReason?: string | null;
  readonly usage?: Partial<ModelReply['usage']>;
  readonly model?: string;
}

const FREE = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

export function modelReply({
  text = '',
  content = [{ type: 'text', text }],
  stopReason = 'end_turn',
  usage = {},
  model = 'claude-sonnet-5-5',
}: Said): ModelReply {
  return {
    id: 'msg_1',
    requestId: 'req_1',
    model,
    stopReason,
    text: textOf(content),
    content,
    raw: { id: 'msg_1', type: 'message', model, stop_reason: stopReason, content },
    usage: { ...FREE, ...usage },
  };
}

export function toolUse(name: string, input: unknown, id = `toolu_${name}`): ContentBlockParam {
  return { type: 'tool_use', id, name, input };
}

/** A reply that asks to read more. */
export function asking(...content: readonly ContentBlockParam[]): ModelReply {
  return modelReply({ content, stopReason: 'tool_use', usage: { inputTokens: 100_000 } });
}
