import { z } from 'zod';

export const readSprintInput = z.strictObject({
  sprintId: z
    .int()
    .positive()
    .nullable()
    .describe("A sprint that the context names; null for the running sprint of the team's board"),
});
