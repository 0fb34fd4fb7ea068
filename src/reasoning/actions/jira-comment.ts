import { z } from 'zod';
import { actionText, commentRole, issueKey } from './members.js';

export const jiraCommentSchema = z.strictObject({
  kind: z.literal('jira.comment'),
  payload: z.strictObject({ issueKey, as: commentRole, body: actionText }),
});
