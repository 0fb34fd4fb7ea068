/** What Bitbucket's answers to the sweep's questions must hold for us: only fields that are read. */
import { z } from 'zod';
import { accountSchema, commentSchema } from './schema.js';

export const updatedPullRequestSchema = z.object({
  id: z.number(),
  title: z.string(),
  created_on: z.string(),
  author: accountSchema.nullish(),
  destination: z.object({ repository: z.object({ full_name: z.string() }).nullish() }).nullish(),
});
export type UpdatedPullRequestJson = z.infer<typeof updatedPullRequestSchema>;

const reviewSchema = z.object({ date: z.string(), user: accountSchema.nullish() });

/** One member is set; kinds that are added later have another and are passed over. */
export const activitySchema = z.object({
  update: z.object({ date: z.string(), state: z.string(), author: accountSchema.nullish() }).nullish(),
  approval: reviewSchema.nullish(),
  changes_requested: reviewSchema.nullish(),
  comment: commentSchema.nullish(),
});
export type ActivityJson = z.infer<typeof activitySchema>;
