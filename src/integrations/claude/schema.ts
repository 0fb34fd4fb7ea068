/** What a Messages API answer must hold for us: only fields that are read; blocks of every type pass. */
import { z } from 'zod';

const count = z.number().nullish();

export const messageSchema = z.object({
  id: z.string(),
  type: z.literal('message'),
  model: z.string(),
  stop_reason: z.string().nullish(),
  content: z.array(z.object({ type: z.string(), text: z.string().nullish() })),
  usage: z.object({
    input_tokens: count,
    output_tokens: z.number(),
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
  }),
});
export type MessageJson = z.infer<typeof messageSchema>;

export const countSchema = z.object({ input_tokens: z.number().nonnegative() });
