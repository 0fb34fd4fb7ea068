/** The question to the small model, and its answer. What cannot be used never stands in the way: the normal model is asked. */
import { z } from 'zod';
import type { ModelReply, ModelRequest } from '../integrations/claude/claude.js';
import { buildRequest, CONTEXT_TOOL, type DecisionQuestion } from './build-request.js';
import { forDecoder } from './for-decoder.js';
import { triage } from './prompts/triage.js';

const REASON_LIMIT = 500;

const triageSchema = z.strictObject({
  route: z.enum(['skip', 'normal', 'hard']),
  reason: z.string().min(1).max(REASON_LIMIT).describe('One sentence for a person'),
});

export type Triage = z.infer<typeof triageSchema>;

export function buildTriage(question: Omit<DecisionQuestion, 'prompt'>): ModelRequest {
  return {
    ...buildRequest({ ...question, prompt: triage }),
    tools: [CONTEXT_TOOL],
    toolChoice: 'none',
    replySchema: forDecoder(triageSchema),
  };
}

export function readTriage({ stopReason, text }: Pick<ModelReply, 'stopReason' | 'text'>): Triage {
  const parsed = stopReason === 'end_turn' ? triageSchema.safeParse(json(text)) : null;
  return parsed?.success === true
    ? parsed.data
    : unusable(
        stopReason === 'max_tokens'
          ? 'its reply was cut at the token limit (limits.triageTokens)'
          : `its reply ended as ${stopReason} and holds no route`,
      );
}

/** The route where the small model gave none. */
export function unusable(why: string): Triage {
  return { route: 'normal', reason: `the first look could not be used: ${why}` };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
