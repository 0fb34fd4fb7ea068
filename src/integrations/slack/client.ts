/** Slack over its Web API. Retries and rate limits belong to the activity: the SDK is told to do neither. */
import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { z } from 'zod';
import { isPerson } from '../../domain/actions/slack-message.js';
import type { OutgoingRequest } from '../../domain/effect.js';
import type { Allowed } from '../../domain/markup/outgoing-text.js';
import { markdownToSlackMrkdwn } from '../../domain/markup/slack-mrkdwn.js';
import { mrkdwnSections } from '../../domain/markup/slack-sections.js';
import type { AddressGuard } from '../address-guard.js';
import { badReply, type Sent } from '../http-failure.js';
import type { Traffic } from '../traffic/traffic.js';
import { section } from './block-text.js';
import { toSlackError } from './failure.js';
import { channelOfCall } from './limits.js';
import {
  answeredSchema,
  authTestSchema,
  type MessageJson,
  messagesSchema,
  openedSchema,
  postedSchema,
} from './schema.js';
import type { Slack, SlackMessage, SlackMessageWrite } from './slack.js';
import { namedCall, transport } from './transport.js';

/** Message metadata that carries the action's id. */
const ACTION_EVENT = 'pm_agent_action';

const PAGE = 200;
const MAX_PAGES = 5;
const NEWEST = 50;

export interface SlackOptions {
  /** `https://slack.com/api`, with or without a trailing slash. */
  readonly apiUrl: string;
  readonly botToken: string;
  /** Hosts that our messages may link to; none where not given. */
  readonly linkHosts?: readonly string[];
  /** Ids that our messages may mention; none where not given. */
  readonly mentions?: readonly string[];
  readonly timeoutMs?: number;
  /** Shared by all clients of the workspace. */
  readonly traffic?: Traffic;
  /** Looked at before each request. */
  readonly guard?: AddressGuard;
}

interface CallOptions {
  readonly write?: boolean;
  /** Ends the call, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export type SlackCall = <T>(
  method: string,
  args: Readonly<Record<string, unknown>>,
  schema: z.ZodType<T>,
  options?: CallOptions,
) => Promise<T>;

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
    getThread: async (channel, threadTs) =>
      (await replies(call, channel, threadTs)).map(toMessage).sort(oldestFirst).slice(-NEWEST),
    findMessageByAction: async (place, threadTs, actionId, sought = []) => {
      const channel = await channelOf(call, place);
      const messages =
        threadTs === null ? await newest(call, channel) : await replies(call, channel, threadTs);
      const found =
        messages.find((message) => markerOf(message)?.actionId === actionId) ??
        messages.find((message) => markerOf(message)?.answers.some((answered) => sought.includes(answered)));
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

/** The text is what notifies and what is read back, the blocks are what people see; without blocks Slack shows the text. */
function wordsOf(text: string) {
  const sections = mrkdwnSections(text);
  return sections === null ? { text } : { text, blocks: sections.map(section) };
}

/** What every client of Slack calls through. */
export function createSlackCall(options: SlackOptions): SlackCall {
  const client = new WebClient(options.botToken, {
    slackApiUrl: options.apiUrl.endsWith('/') ? options.apiUrl : `${options.apiUrl}/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: options.timeoutMs ?? 15_000,
    allowAbsoluteUrls: false,
    logger: SILENT,
    fetch: transport,
  });
  return async (method, args, schema, { write = false, signal } = {}) => {
    const sent: Sent = { service: 'slack', method: 'POST', path: `/${method}`, write };
    const send = async () => {
      await options.guard?.();
      const { answer, requestId } = namedCall(() => client.apiCall(method, { ...args }), signal);
      return answer.catch((error: unknown) => {
        signal?.throwIfAborted();
        throw toSlackError(error, sent, requestId());
      });
    };
    const resource = channelOfCall(method, args);
    const answer = await (options.traffic?.pass({ sent, resource }, send) ?? send());
    const parsed = schema.safeParse(answer);
    if (!parsed.success) {
      const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole body').slice(0, 5);
      throw badReply(sent, `a body that does not fit at ${where.join(', ')}`);
    }
    return parsed.data;
  };
}

/** Failures are thrown and told by whoever called; the SDK's own logger would print them a second time. */
const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

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

/** A thread's messages, oldest page first, at most 1,000. */
async function replies(call: SlackCall, channel: string, threadTs: string): Promise<readonly MessageJson[]> {
  const all: MessageJson[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const args = { channel, ts: threadTs, limit: PAGE, include_all_metadata: true };
    const answer = await call(
      'conversations.replies',
      { ...args, ...(cursor ? { cursor } : {}) },
      messagesSchema,
    );
    all.push(...answer.messages);
    cursor = answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === null || cursor === '') {
      break;
    }
  }
  return all;
}

async function newest(call: SlackCall, channel: string): Promise<readonly MessageJson[]> {
  const args = { channel, limit: PAGE, include_all_metadata: true };
  return (await call('conversations.history', args, messagesSchema)).messages;
}

/** Null for a message that is none of our actions'. */
function markerOf({ metadata }: MessageJson) {
  if (metadata?.event_type !== ACTION_EVENT) {
    return null;
  }
  const { action_id: actionId, answers } = metadata.event_payload ?? {};
  return { actionId, answers: typeof answers === 'string' ? answers.split(' ') : [] };
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
