import { z } from 'zod';
import { issueKey } from './members.js';

export const jiraAssignSchema = z.strictObject({
  kind: z.literal('jira.assign'),
  payload: z.strictObject({
    issueKey,
    accountId: z.string().max(255).nullable().describe('An id of facts.issue.people; null unassigns'),
  }),
});
