import { z } from 'zod';
import { issueKey } from './members.js';

export const jiraTransitionSchema = z.strictObject({
  kind: z.literal('jira.transition'),
  payload: z.strictObject({
    issueKey,
    toStatus: z.string().max(255).describe('One of facts.issue.reachableStatuses, spelled the same'),
  }),
});
