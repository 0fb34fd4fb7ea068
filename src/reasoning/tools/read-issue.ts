import { z } from 'zod';

export const readIssueInput = z.strictObject({
  key: z.string().min(1).max(100).describe('Key of a Jira issue, like PAY-142'),
});
