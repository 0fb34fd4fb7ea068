import { z } from 'zod';
import { issueKey } from './members.js';

// Empty texts and not null: the decoder takes sixteen members of several types at most, over all schemas.
export const jiraTransitionSchema = z.strictObject({
  kind: z.literal('jira.transition'),
  payload: z.strictObject({
    issueKey,
    toStatus: z.string().max(255).describe('One of facts.issue.reachableStatuses, spelled the same'),
    resolution: z
      .string()
      .max(255)
      .default('')
      .describe("One of the resolutions in the transition's demands; empty where it demands none"),
    assignee: z
      .string()
      .max(255)
      .default('')
      .describe("One of facts.issue.people where the transition's demands name the assignee; else empty"),
  }),
});
