/** Slack over its Web API. */
import { isPerson } from '../../domain/actions/slack-message.js';
import type { OutgoingRequest } from '../../domain/effect.js';
import type { Allowed } from '../../domain/markup/outgoing-text.js';
import { markdownToSlackMrkdwn } from '../../domain/markup/slack-mrkdwn.js';
import { mrkdwnSections } from '../../domain/markup/slack-sections.js';
import { firstOf } from '../out-of-sight.js';
import { section } from './block-text.js';
import { createSlackCall, type SlackCall, type SlackOptions } from './call.js';
import { messagePages } from './message-pages.js';
import {
  answeredSchema,
  authTestSchema,
  type MessageJson,
  openedSchema,
  postedSchema,
  type UserJson,
  userSchema,
} from './schema.js';
import type { Slack, SlackMessage, SlackMessageWrite } from './slack.js';

/** Message metadata that carries the action's id. */
const ACTION_EVENT = 'pm_agent_action';

const NEWEST = 50;

/** Answers with `IntegrationError` for every failure. */
export function createSlack(options: SlackOptions): Slack {
  const call = createSlackCall(options);
  const { linkHosts = [], mentions = [] } = options;
  const allowed = { linkHosts, mentions };
  return {
    requests: { postMessage: (write) => messageRequest(write, allowed) },
    self: async () => {
      const { user_id, bot_id, team_id, user } = await call('auth.test', {}, authTestSchema);
      return { userId: user_id, botId: bot_id ?? null, teamId: team_id, name: user ?? user_id };
    },
    userName: async (userId) => nameOf((await call('users.info', { user: userId }, userSchema)).user),
    getThread: async (channel, threadTs) => {
      const all: MessageJson[] = [];
      for await (const messages of messagePages(call, { channel, threadTs, since: null })) {
        all.push(...messages);
      }
      return all.map(toMessage).sort(oldestFirst).slice(-NEWEST);
    },
    findMessageByAction: async (place, threadTs, actionId, sought = [], since = null) => {
      const channel = await channelOf(call, place);
      const found = await firstOf(messagePages(call, { channel, threadTs, since }), (messages) => ({
        own: messages.find((message) => markerOf(message)?.actionId === actionId),
        answering: messages.find((message) =>
          markerOf(message)?.answers.some((answered) => sought.includes(answered)),
        ),
      }));
      return found?.ts ?? null;
    },
    postMessage: async (write, signal) => {
      const { path, body } = messageRequest(write, allowed);
      const posted = await call(path.slice(1), body, postedSchema, { write: true, signal });
      return posted.ts;
    },
    ...blockMethods(call),
  };
}

/** Messages that our own code composed, forms, and where to send them. */
function blockMethods(
  call: SlackCall,
): Pick<Slack, 'postBlocks' | 'updateBlocks' | 'postEphemeral' | 'openView' | 'openDirectMessage'> {
  const write = { write: true };
  return {
    postBlocks: async ({ channel, threadTs, message, marker }) => {
      const args = { ...message, ...QUIET, channel, ...inThread(threadTs), metadata: metadataOf(marker) };
      return (await call('chat.postMessage', args, postedSchema, write)).ts;
    },
    updateBlocks: async ({ channel, ts, message, marker }) => {
      const args = { ...message, parse: 'none', channel, ts, metadata: metadataOf(marker) };
      await call('chat.update', args, answeredSchema, write);
    },
    postEphemeral: async ({ channel, userId, message }) => {
      const args = { ...message, parse: 'none', channel, user: userId };
      await call('chat.postEphemeral', args, answeredSchema, write);
    },
    openView: async (triggerId, view) => {
      await call('views.open', { trigger_id: triggerId, view }, answeredSchema, write);
    },
    openDirectMessage: (userId) => openDirectMessage(call, userId),
  };
}

/** No unfurling and no parsing: Slack would fetch any address that it sees in the text. */
const QUIET = { parse: 'none', unfurl_links: false, unfurl_media: false } as const;

function inThread(threadTs: string | null) {
  return threadTs === null ? {} : { thread_ts: threadTs };
}

/** Slack takes no list of texts in a payload: what is answered is one text, of words. */
function metadataOf(marker: string, answers: readonly string[] = []) {
  const event_payload = {
    action_id: marker,
    ...(answers.length === 0 ? {} : { answers: answers.join(' ') }),
  };
  return { event_type: ACTION_EVENT, event_payload };
}

interface MessageRequest extends OutgoingRequest {
  readonly body: Readonly<Record<string, unknown>>;
}

function messageRequest(write: SlackMessageWrite, allowed: Allowed): MessageRequest {
  return {
    service: 'slack',
    method: 'POST',
    path: '/chat.postMessage',
    body: {
      channel: write.channel,
      ...inThread(write.threadTs),
      ...wordsOf(markdownToSlackMrkdwn(write.text, allowed)),
      ...QUIET,
      metadata: metadataOf(write.actionId, write.answers),
    },
  };
}

/**
 * Of blocks as JSON. Slack names no number and refuses what is longer than some 13,000 characters (`msg_blocks_too_long`),
 * although each block keeps to its limit; of a text it takes 40,000.
 */
const MOST_OF_BLOCKS = 12_000;

/** The text is what notifies and what is read back, the blocks are what people see; without blocks Slack shows the text. */
function wordsOf(text: string) {
  const blocks = mrkdwnSections(text)?.map(section) ?? [];
  const isShown = blocks.length > 0 && JSON.stringify(blocks).length <= MOST_OF_BLOCKS;
  return isShown ? { text, blocks } : { text };
}

/**
 * A person's id stands for the direct message with them: `chat.postMessage` takes it as it is, reading does not. Opening
 * one that is open already changes nothing.
 */
function channelOf(call: SlackCall, place: string): Promise<string> {
  return isPerson(place) ? openDirectMessage(call, place) : Promise.resolve(place);
}

/** The same channel, however often it is opened. */
async function openDirectMessage(call: SlackCall, userId: string): Promise<string> {
  return (await call('conversations.open', { users: userId }, openedSchema)).channel.id;
}

/** Null for a message that is none of our actions'. */
function markerOf({ metadata }: MessageJson) {
  if (metadata?.event_type !== ACTION_EVENT) {
    return null;
  }
  const { action_id: actionId, answers } = metadata.event_payload ?? {};
  return { actionId, answers: typeof answers === 'string' ? answers.split(' ') : [] };
}

/** Each of them may be missing or empty; the handle is what Slack always has. */
function nameOf({ id, name, real_name, profile }: UserJson): string {
  const names = [profile?.real_name, real_name, profile?.display_name, name];
  return names.find((one) => (one ?? '').trim() !== '') ?? id;
}

function toMessage(message: MessageJson): SlackMessage {
  return {
    ts: message.ts,
    userId: message.user ?? null,
    botId: message.bot_id ?? null,
    text: message.text ?? '',
  };
}

function oldestFirst(left: SlackMessage, right: SlackMessage): number {
  return Number(left.ts) - Number(right.ts);
}
