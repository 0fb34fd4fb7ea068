import { z } from 'zod';
import { actionText, issueKey } from './members.js';

export const jiraCommentSchema = z.strictObject({
  kind: z.literal('jira.comment'),
  payload: z.strictObject({ issueKey, body: actionText }),
});
