/** The shape of the model's reply: the same rules twice, for the decoder (JSON Schema) and for us (zod, with bounds). */
import { z } from 'zod';
import type { ActionKind } from '../domain/action.js';
import type { Decision } from '../domain/decision.js';
import { ACTION_SCHEMAS } from './actions/index.js';

const SENTENCE_LIMIT = 2_000;

type ActionSchema = (typeof ACTION_SCHEMAS)[ActionKind];

export const decisionSchema = z.strictObject({
  summary: z.string().min(1).max(SENTENCE_LIMIT).describe('One sentence for a person'),
  reasons: z.array(
    z.strictObject({
      text: z.string().max(SENTENCE_LIMIT),
      evidence: z.array(z.string().max(255)).describe('Ids of context items, or "event"'),
    }),
  ),
  actions: z.array(
    z.discriminatedUnion('kind', Object.values(ACTION_SCHEMAS) as [ActionSchema, ...ActionSchema[]]),
  ),
  uncertainty: z.string().max(SENTENCE_LIMIT).nullable().describe('What is not sure, or null'),
}) satisfies z.ZodType<Decision>;

/** Bounds that constrained decoding does not take; zod checks them on the reply. `oneOf` is spelled `anyOf` there. */
const NOT_FOR_THE_DECODER = new Set([
  '$schema',
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

/** JSON Schema for `output_config.format`: closed objects, every member required, no bounds. */
export const REPLY_SCHEMA: Readonly<Record<string, unknown>> = forDecoder(
  z.toJSONSchema(decisionSchema),
) as Record<string, unknown>;

function forDecoder(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.map(forDecoder);
  }
  if (node === null || typeof node !== 'object') {
    return node;
  }
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !NOT_FOR_THE_DECODER.has(key))
      .map(([key, value]) => [key === 'oneOf' ? 'anyOf' : key, forDecoder(value)]),
  );
}
