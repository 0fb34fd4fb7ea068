/** A request read back from what the mirror keeps of it, so that a conversation goes on from what was really sent. */
import { z } from 'zod';
import type { MessageParam, ModelRequest, Tool } from './claude.js';

const shape = z.object({
  model: z.string(),
  max_tokens: z.number(),
  system: z.array(z.object({ text: z.string() })).length(1),
  messages: z.array(z.object({ role: z.enum(['user', 'assistant']), content: z.array(z.unknown()) })).min(1),
  tools: z.array(z.object({ name: z.string() })),
  tool_choice: z.object({ type: z.literal('none') }).optional(),
  output_config: z.object({ format: z.object({ schema: z.record(z.string(), z.unknown()) }) }),
});

/** The request that `messageBody` made this body of; null where it made none like it. Nothing of it is put in another order. */
export function requestOf(body: unknown): ModelRequest | null {
  const parsed = shape.safeParse(body);
  if (!parsed.success) {
    return null;
  }
  const { model, max_tokens, system, tool_choice, output_config } = parsed.data;
  const { messages, tools } = body as Record<'messages' | 'tools', unknown>;
  return {
    model,
    maxTokens: max_tokens,
    system: system.map(({ text }) => text).join(''),
    messages: messages as readonly MessageParam[],
    tools: tools as readonly Tool[],
    ...(tool_choice === undefined ? {} : { toolChoice: tool_choice.type }),
    replySchema: output_config.format.schema,
  };
}
