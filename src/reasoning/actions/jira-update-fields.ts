import { z } from 'zod';
import { issueKey } from './members.js';

const labels = z.array(z.string().min(1).max(255)).max(10);
const LARGEST_ESTIMATE = 1_000;

export const jiraUpdateFieldsSchema = z.strictObject({
  kind: z.literal('jira.update_fields'),
  payload: z.strictObject({
    issueKey,
    priority: z.string().max(100).nullable().describe('Name of a priority; null leaves it'),
    addLabels: labels.describe('Without spaces; an empty list adds none'),
    removeLabels: labels.describe('An empty list removes none'),
    dueDate: z
      .string()
      .regex(/^\d{4}-\d\d-\d\d$/)
      .nullable()
      .describe('YYYY-MM-DD; null leaves it'),
    estimate: z
      .number()
      .min(0)
      .max(LARGEST_ESTIMATE)
      .nullable()
      .describe('Only for an issue without one; null leaves it'),
    sprint: z.enum(['active', 'next']).nullable().describe("Of the project's board; null leaves it"),
  }),
});
