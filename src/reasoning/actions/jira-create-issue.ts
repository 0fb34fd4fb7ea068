import { z } from 'zod';
import { actionText, issueKey } from './members.js';

const SUMMARY_LIMIT = 255;

export const jiraCreateIssueSchema = z.strictObject({
  kind: z.literal('jira.create_issue'),
  payload: z.strictObject({
    issueKey,
    as: z.enum(['subtask', 'follow_up']).describe('A part of that issue, or work that comes after it'),
    issueType: z
      .string()
      .max(100)
      .nullable()
      .describe("Name of a type; null takes the project's first that fits"),
    summary: z.string().min(1).max(SUMMARY_LIMIT).describe('One line'),
    description: actionText,
  }),
});
