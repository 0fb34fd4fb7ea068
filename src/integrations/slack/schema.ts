/** What Slack's Web API answers must hold for us: only fields that are read. */
import { z } from 'zod';

const text = z.string().nullish();

export const authTestSchema = z.object({
  user_id: z.string(),
  team_id: z.string(),
  bot_id: text,
  user: text,
});

const messageSchema = z.object({
  ts: z.string(),
  user: text,
  bot_id: text,
  subtype: text,
  text,
  metadata: z
    .object({ event_type: text, event_payload: z.record(z.string(), z.unknown()).nullish() })
    .nullish(),
});
export type MessageJson = z.infer<typeof messageSchema>;

export const messagesSchema = z.object({
  messages: z.array(messageSchema),
  has_more: z.boolean().nullish(),
  response_metadata: z.object({ next_cursor: text }).nullish(),
});

export const userSchema = z.object({
  user: z.object({
    id: z.string(),
    name: text,
    real_name: text,
    profile: z.object({ real_name: text, display_name: text }).nullish(),
  }),
});
export type UserJson = z.infer<typeof userSchema>['user'];

export const openedSchema = z.object({ channel: z.object({ id: z.string() }) });

export const postedSchema = z.object({ ts: z.string() });

/** Nothing of the answer is read but that it is one: a refusal never gets here. */
export const answeredSchema = z.object({});
