import { z } from 'zod';
import { issueKey } from './members.js';

export const jiraLinkSchema = z.strictObject({
  kind: z.literal('jira.link'),
  payload: z.strictObject({
    issueKey,
    relation: z
      .string()
      .min(1)
      .max(100)
      .describe('As it reads from issueKey: "blocks", "is blocked by", "relates to", "duplicates"'),
    toKey: z.string().max(100).describe('Key of the other issue'),
  }),
});
