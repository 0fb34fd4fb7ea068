import { z } from 'zod';
import { actionText, commentRole } from './members.js';

const place = z.strictObject({
  path: z.string().min(1).max(1_000).describe('A path of a changed file that the context shows'),
  line: z.int().positive().describe('Its number on that side'),
  side: z.enum(['old', 'new']).describe('"new": as the pull request leaves the file; "old": as it was'),
});

export const bitbucketPrCommentSchema = z.strictObject({
  kind: z.literal('bitbucket.pr_comment'),
  payload: z.strictObject({
    repository: z.string().max(255).describe('facts.pullRequest.repository'),
    pullRequestId: z.int().positive().describe('facts.pullRequest.id'),
    as: commentRole,
    inline: place
      .nullable()
      .default(null)
      .describe('The line that the comment is about, where the context shows it; null for the whole'),
    body: actionText,
  }),
});
