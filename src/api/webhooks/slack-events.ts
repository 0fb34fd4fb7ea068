/** Slack's Events API: mentions, messages in threads the agent is part of, direct messages. */
import { z } from 'zod';
import { messageKey } from '../../domain/change-key.js';
import { EVENT_TEXT_LIMIT, type SlackMessageEvent } from '../../domain/event.js';
import { isSpoken } from '../../domain/slack-words.js';
import { conversationSubject } from '../../domain/subject.js';
import { type Challenge, ignored, type KnownThreads, type Parsed, quarantined } from './door.js';
import { cutText, optionalText, shapeProblem, textUpTo } from './fields.js';
import { isObject } from './json-body.js';
import { isChannel, isTs, tenantOf, timeOfTs } from './slack-parts.js';

type Body = Readonly<Record<string, unknown>>;

const CHALLENGE_LIMIT = 200;

const messageShape = z.object({
  type: z.enum(['app_mention', 'message']),
  subtype: optionalText,
  channel: optionalText,
  channel_type: optionalText,
  user: optionalText,
  bot_id: optionalText,
  ts: optionalText,
  thread_ts: optionalText,
  text: textUpTo(EVENT_TEXT_LIMIT),
});
type Message = z.infer<typeof messageShape>;

/** `event_callback`'s inner type, `message.<subtype>` for special messages, else the body's own type. */
export function slackEventName(body: Body): string {
  const inner = body['event'];
  if (body['type'] !== 'event_callback' || !isObject(inner)) {
    return typeof body['type'] === 'string' ? cutText(body['type'], 100) : '';
  }
  const type = typeof inner['type'] === 'string' ? inner['type'] : '';
  const subtype = typeof inner['subtype'] === 'string' ? inner['subtype'] : '';
  return cutText(subtype === '' ? type : `${type}.${subtype}`, 100);
}

/** The text to echo for `url_verification`; null for every other body. */
export function slackChallenge(body: Body): Challenge | null {
  if (body['type'] !== 'url_verification') {
    return null;
  }
  const challenge = body['challenge'];
  return typeof challenge === 'string' && challenge.length > 0 && challenge.length <= CHALLENGE_LIMIT
    ? { ok: true, text: challenge }
    : { ok: false, reason: `challenge is not text of at most ${CHALLENGE_LIMIT} characters` };
}

export function parseSlackEvent(body: Body, threads: KnownThreads): Parsed {
  const tenant = tenantOf(body['team_id']);
  const name = slackEventName(body);
  const inner = body['event'];
  const isMessage = isObject(inner) && (inner['type'] === 'app_mention' || inner['type'] === 'message');
  if (body['type'] !== 'event_callback' || !isMessage) {
    return ignored(tenant, name === '' ? 'the body names no type' : `no cycle answers ${name}`);
  }
  const parsed = messageShape.safeParse(inner);
  return parsed.success
    ? parseMessage(tenant, parsed.data, threads)
    : quarantined(tenant, `the body does not have the shape of ${name}: ${shapeProblem(parsed.error)}`);
}

function parseMessage(tenant: string, message: Message, threads: KnownThreads): Parsed {
  const unspoken = whyUnspoken(message);
  if (unspoken !== null) {
    return ignored(tenant, unspoken);
  }
  const { channel, ts } = message;
  const threadTs = message.thread_ts ?? ts;
  if (!isChannel(channel) || !isTs(ts) || !isTs(threadTs)) {
    return quarantined(tenant, 'event.channel, event.ts or event.thread_ts is not a Slack id');
  }
  const type = typeOf(message, channel, threadTs, threads);
  if (type === null) {
    return ignored(tenant, 'neither addressed to the agent nor in a thread that it is part of');
  }
  const user = message.user ?? '';
  const event: SlackMessageEvent = {
    type,
    source: 'slack',
    tenant,
    subject: conversationSubject(channel, threadTs),
    project: channel,
    changeKey: messageKey(channel, threadTs, ts),
    occurredAt: timeOfTs(ts),
    actor: user === '' ? null : { id: user, name: null, isBot: false },
    channel,
    ts,
    threadTs,
    text: message.text ?? '',
  };
  return { outcome: 'event', event, actorIds: user === '' ? [] : [user] };
}

/** Bots are not answered: two of them would answer each other for ever. */
function whyUnspoken(message: Message): string | null {
  const subtype = message.subtype ?? '';
  if (!isSpoken(subtype)) {
    return `no cycle answers ${message.type}.${cutText(subtype, 60)}`;
  }
  return (message.bot_id ?? '') === '' ? null : 'posted by a bot';
}

function typeOf(
  message: Message,
  channel: string,
  threadTs: string,
  threads: KnownThreads,
): SlackMessageEvent['type'] | null {
  if (message.type === 'app_mention') {
    return 'app_mention';
  }
  if (message.channel_type === 'im') {
    return 'direct_message';
  }
  return message.thread_ts !== null && threads.isOurs(channel, threadTs) ? 'thread_message' : null;
}
