/** What a Messages API answer must hold for us: only fields that are read. Blocks of every type pass; those that are read, whole. */
import { z } from 'zod';

const count = z.number().nullish();

const READ = new Set(['text', 'tool_use']);
const block = z.union([
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string().min(1), name: z.string(), input: z.unknown() }),
  z.object({ type: z.string().refine((type) => !READ.has(type)) }),
]);

export const messageSchema = z.object({
  id: z.string(),
  type: z.literal('message'),
  model: z.string(),
  stop_reason: z.string().nullish(),
  content: z.array(block),
  usage: z.object({
    input_tokens: count,
    output_tokens: z.number(),
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
  }),
});
export type MessageJson = z.infer<typeof messageSchema>;

export const countSchema = z.object({ input_tokens: z.number().nonnegative() });
