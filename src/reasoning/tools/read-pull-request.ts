import { z } from 'zod';

export const readPullRequestInput = z.strictObject({
  repository: z.string().min(1).max(255).describe('workspace/repository'),
  id: z.int().positive(),
});
