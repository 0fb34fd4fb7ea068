/** Slack's slash commands: a flat form, no delivery id, no thread. */
import { z } from 'zod';
import { EVENT_NAME_LIMIT, EVENT_TEXT_LIMIT, type SlackCommandEvent } from '../../domain/event.js';
import { conversationSubject } from '../../domain/subject.js';
import { ignored, type Parsed, quarantined } from './door.js';
import { cutText, optionalText, shapeProblem, textUpTo } from './fields.js';
import { isChannel, tenantOf } from './slack-parts.js';

type Body = Readonly<Record<string, unknown>>;

const shape = z.object({
  command: z.string().regex(/^\/\S{1,100}$/, 'not a slash command'),
  channel_id: z.string(),
  user_id: z.string().min(1).max(EVENT_NAME_LIMIT),
  user_name: optionalText,
  team_id: optionalText,
  text: textUpTo(EVENT_TEXT_LIMIT),
});

export function commandName(body: Body): string {
  return typeof body['command'] === 'string'
    ? cutText(`slash_command ${body['command']}`, 100)
    : 'slash_command';
}

export function parseCommand(body: Body): Parsed {
  const tenant = tenantOf(body['team_id']);
  if (body['ssl_check'] === '1') {
    return ignored(tenant, 'a check of the certificate');
  }
  const parsed = shape.safeParse(body);
  if (!parsed.success) {
    return quarantined(
      tenant,
      `the form does not have the shape of a slash command: ${shapeProblem(parsed.error)}`,
    );
  }
  const { command, channel_id: channel, user_id: userId, user_name: userName, text } = parsed.data;
  if (!isChannel(channel)) {
    return quarantined(tenant, 'channel_id is not a Slack id');
  }
  const event: SlackCommandEvent = {
    type: 'slash_command',
    source: 'slack',
    tenant,
    subject: conversationSubject(channel, null),
    project: channel,
    changeKey: null,
    occurredAt: null,
    actor: { id: userId, name: userName, isBot: false },
    channel,
    command,
    text: text ?? '',
  };
  return { outcome: 'event', event, actorIds: [userId] };
}
