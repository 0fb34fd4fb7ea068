import { z } from 'zod';
import { actionText, commentRole, issueKey } from './members.js';

export const jiraCommentSchema = z.strictObject({
  kind: z.literal('jira.comment'),
  payload: z.strictObject({
    issueKey,
    as: commentRole,
    audience: z
      .enum(['internal', 'public'])
      .default('internal')
      .describe(
        'Who of a service project reads it: "internal" its team; "public" the customer too, only to answer what the customer asked',
      ),
    body: actionText,
  }),
});
