/** What Jira's answers to the sweep's questions must hold for us: only fields that are read. */
import { z } from 'zod';
import {
  historySchema,
  idSchema,
  linkSchema,
  sprintSchema,
  userSchema,
  writtenCommentSchema,
} from './schema.js';

const text = z.string().nullish();

export type ChangedCommentJson = z.infer<typeof writtenCommentSchema>;

export const commentsSchema = z.object({
  comments: z.array(writtenCommentSchema).nullish(),
  total: z.number().nullish(),
});

/** The old search and the issue itself say how many entries there are; where it is left out, all are there. */
const changelogSchema = z.object({
  histories: z.array(historySchema).nullish(),
  total: z.number().nullish(),
});

const updatedIssueSchema = z.object({
  id: idSchema,
  key: z.string(),
  self: text,
  fields: z.object({
    summary: text,
    created: text,
    creator: userSchema.nullish(),
    reporter: userSchema.nullish(),
    issuelinks: z.array(linkSchema).nullish(),
    /** A page; the vendor's own documentation shows a bare list. */
    comment: z
      .union([
        commentsSchema,
        z.array(writtenCommentSchema).transform((comments) => ({ comments, total: undefined })),
      ])
      .nullish(),
  }),
  changelog: changelogSchema.nullish(),
});
export type UpdatedIssueJson = z.infer<typeof updatedIssueSchema>;

export const updatedIssuesSchema = z.object({
  issues: z.array(updatedIssueSchema),
  nextPageToken: text,
});

const dueIssueSchema = z.object({
  id: idSchema,
  key: z.string(),
  self: text,
  fields: z.object({ summary: text, duedate: text }),
});
export type DueIssueJson = z.infer<typeof dueIssueSchema>;

export const dueIssuesSchema = z.object({ issues: z.array(dueIssueSchema), nextPageToken: text });

/** Oldest first. */
export const changelogPageSchema = z.object({
  values: z.array(historySchema),
  total: z.number().nullish(),
});

const boardSprintSchema = sprintSchema.extend({
  self: text,
  completeDate: text,
  originBoardId: z.number().nullish(),
});
export type BoardSprintJson = z.infer<typeof boardSprintSchema>;

export const boardSprintsSchema = z.object({
  values: z.array(boardSprintSchema),
  isLast: z.boolean().nullish(),
});
