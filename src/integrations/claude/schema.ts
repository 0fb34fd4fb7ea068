/** What a Messages API answer must hold for us: only fields that are read. Blocks of every type pass; those that are read, whole. */
import { z } from 'zod';

const count = z.number().nullish();

const READ = new Set(['text', 'tool_use']);
const block = z.union([
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string().min(1), name: z.string(), input: z.unknown() }),
  z.object({ type: z.string().refine((type) => !READ.has(type)) }),
]);

/** Of a message; what the tools take is two levels deep. JSON cannot be written any more some thousand levels deep. */
const DEEPEST = 50;

/** Level by level: a function that calls itself ends where the value wants it to. */
function isDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    level = level.flatMap((one) => (one !== null && typeof one === 'object' ? Object.values(one) : []));
  }
  return level.length > 0;
}

const shape = z.object({
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
export const messageSchema = z
  .unknown()
  .refine((message) => !isDeep(message))
  .pipe(shape);
export type MessageJson = z.infer<typeof messageSchema>;

export const countSchema = z.object({ input_tokens: z.number().nonnegative() });
