import { z } from 'zod';

const WORDS_LIMIT = 200;

export const searchIssuesInput = z.strictObject({
  words: z
    .string()
    .min(1)
    .max(WORDS_LIMIT)
    .describe('Words that stand in the summary, description or comments'),
  state: z.enum(['open', 'done', 'any']),
});
