import { z } from 'zod';
import { actionText } from './members.js';

export const slackMessageSchema = z.strictObject({
  kind: z.literal('slack.message'),
  payload: z.strictObject({
    channel: z
      .string()
      .max(100)
      .describe('facts.thread.channel, agent.channel, or the id of one of agent.people'),
    threadTs: z
      .string()
      .max(100)
      .nullable()
      .describe('facts.thread.threadTs, or null for a message of its own'),
    text: actionText,
  }),
});
