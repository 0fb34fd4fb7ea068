import type { z } from 'zod';
import { decisionSchema } from '../decision-schema.js';
import { type Prompt, promptOf } from '../prompt.js';
import { ROLE, ROLE_VERSION } from './role.js';

export interface EventPromptParts {
  readonly id: string;
  /** Raised with every change of this prompt's own words. */
  readonly revision: number;
  readonly task: readonly string[];
  readonly examples: readonly {
    readonly situation: string;
    readonly reply: z.input<typeof decisionSchema>;
  }[];
}

/** The prompt for one kind of event. An example shows its reply as the decoder demands it: with every member, and in its order. */
export function eventPrompt({ id, revision, task, examples }: EventPromptParts): Prompt {
  return promptOf({
    id,
    version: `${ROLE_VERSION}.${revision}`,
    system: ROLE,
    task,
    examples: examples.map(({ situation, reply }) => ({ situation, reply: decisionSchema.parse(reply) })),
  });
}
