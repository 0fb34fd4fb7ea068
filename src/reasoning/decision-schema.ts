/** The shape of the model's reply: the same rules twice, for the decoder (JSON Schema) and for us (zod, with bounds). */
import { z } from 'zod';
import type { ActionKind } from '../domain/action.js';
import type { Decision } from '../domain/decision.js';
import { ACTION_SCHEMAS } from './actions/index.js';
import { forDecoder } from './for-decoder.js';

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
  // The decoder always writes it; replies that were written by hand may leave it out.
  wouldChange: z
    .string()
    .max(SENTENCE_LIMIT)
    .nullable()
    .default(null)
    .describe('Which fact, if it came to light, would change this decision, or null'),
}) satisfies z.ZodType<Decision>;

/** JSON Schema for `output_config.format`. */
export const REPLY_SCHEMA = forDecoder(decisionSchema);
