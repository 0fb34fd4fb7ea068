import { z } from 'zod';
import { actionText, commentRole } from './members.js';

export const bitbucketPrCommentSchema = z.strictObject({
  kind: z.literal('bitbucket.pr_comment'),
  payload: z.strictObject({
    repository: z.string().max(255).describe('facts.pullRequest.repository'),
    pullRequestId: z.int().positive().describe('facts.pullRequest.id'),
    as: commentRole,
    body: actionText,
  }),
});
