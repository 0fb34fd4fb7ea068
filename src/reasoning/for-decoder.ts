/** A zod schema as constrained decoding takes it, for replies and for strict tools. */
import { z } from 'zod';

/** Bounds that constrained decoding does not take; zod checks them on the reply. `oneOf` is spelled `anyOf` there. */
const NOT_FOR_THE_DECODER = new Set([
  '$schema',
  'default',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minItems',
  'maxItems',
  'pattern',
]);

/** JSON Schema: closed objects, every member required, no bounds. */
export function forDecoder(schema: z.ZodObject): { type: 'object'; [keyword: string]: unknown } {
  return { ...(plain(z.toJSONSchema(schema)) as Record<string, unknown>), type: 'object' };
}

function plain(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.map(plain);
  }
  if (node === null || typeof node !== 'object') {
    return node;
  }
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !NOT_FOR_THE_DECODER.has(key))
      .map(([key, value]) => [key === 'oneOf' ? 'anyOf' : key, plain(value)]),
  );
}
