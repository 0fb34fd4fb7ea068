import type { SlackCall, SlackMethods } from './methods.js';
import type { SlackChannelRecord, SlackMessageRecord } from './records.js';
import { renderChannel, renderMessage } from './render.js';

const DEFAULT_LIMIT = 100;
const MOST_PER_PAGE = 999;

/** `conversations.*` */
export const CONVERSATION_METHODS: SlackMethods = {
  'conversations.list': (call) => {
    const types = (call.arguments.text('types') ?? 'public_channel').split(',');
    const wanted = call.state
      .channels()
      .filter(({ isIm }) => types.includes(isIm ? 'im' : 'public_channel'))
      .filter(({ isArchived }) => !isArchived || !call.arguments.flag('exclude_archived'));
    const page = pageOf(call, wanted);
    if (page === null) return 'invalid_cursor';
    const channels = page.values.map((channel) => renderChannel(channel, call.caller));
    return { channels, response_metadata: { next_cursor: page.next } };
  },
  'conversations.info': (call) => {
    const channel = channelOf(call);
    return channel === null ? 'channel_not_found' : { channel: renderChannel(channel, call.caller) };
  },
  'conversations.members': (call) => {
    const channel = channelOf(call);
    if (channel === null) return 'channel_not_found';
    const page = pageOf(call, channel.members);
    if (page === null) return 'invalid_cursor';
    return { members: page.values, response_metadata: { next_cursor: page.next } };
  },
  'conversations.open': (call) => {
    const user = call.arguments.text('users')?.split(',')[0] ?? '';
    if (call.state.findUser(user) === null) return 'user_not_found';
    const known = call.state.channels().some(({ imUser }) => imUser === user);
    const channel = call.state.openDirectMessage(user);
    return { no_op: known, already_open: known, channel: { id: channel.id } };
  },
  'conversations.history': (call) => {
    const channel = channelOf(call);
    if (channel === null) return 'channel_not_found';
    if (!channel.members.includes(call.caller)) return 'not_in_channel';
    const all = call.state.messages(channel.id);
    const openers = all.filter(({ threadTs, ts }) => threadTs === null || threadTs === ts).reverse();
    const page = pageOf(call, within(call, openers));
    if (page === null) return 'invalid_cursor';
    return {
      messages: page.values.map((message) => shown(call, message, repliesTo(all, message.ts))),
      has_more: page.next !== '',
      pin_count: 0,
      channel_actions_ts: null,
      channel_actions_count: 0,
      ...nextPage(page.next),
    };
  },
  'conversations.replies': (call) => {
    const channel = channelOf(call);
    if (channel === null) return 'channel_not_found';
    if (!channel.members.includes(call.caller)) return 'not_in_channel';
    const all = call.state.messages(channel.id);
    const named = all.find(({ ts }) => ts === call.arguments.text('ts'));
    const opener = all.find(({ ts }) => ts === (named?.threadTs ?? named?.ts));
    if (opener === undefined) return 'thread_not_found';
    const replies = repliesTo(all, opener.ts);
    const page = pageOf(call, [opener, ...within(call, replies)]);
    if (page === null) return 'invalid_cursor';
    return {
      messages: page.values.map((message) =>
        message === opener
          ? shown(call, message, replies)
          : { ...shown(call, message, []), parent_user_id: opener.user },
      ),
      has_more: page.next !== '',
      ...nextPage(page.next),
    };
  },
};

function channelOf({ state, arguments: given }: SlackCall): SlackChannelRecord | null {
  const id = given.text('channel') ?? '';
  const channel = state.findChannel(id);
  return channel?.id === id ? channel : null;
}

/** Talk says nothing about a next page where there is none; lists say an empty cursor. */
function nextPage(next: string): Record<string, unknown> {
  return next === '' ? {} : { response_metadata: { next_cursor: next } };
}

function repliesTo(all: readonly SlackMessageRecord[], ts: string): SlackMessageRecord[] {
  return all.filter((message) => message.threadTs === ts && message.ts !== ts);
}

function shown(call: SlackCall, message: SlackMessageRecord, replies: readonly SlackMessageRecord[]) {
  const metadata = call.arguments.flag('include_all_metadata');
  return renderMessage(message, call.state, { metadata, replies });
}

/** `oldest` and `latest`, with their own messages only where `inclusive`. */
function within({ arguments: given }: SlackCall, messages: SlackMessageRecord[]): SlackMessageRecord[] {
  const oldest = Number(given.text('oldest') ?? 0);
  const latest = Number(given.text('latest') ?? Number.POSITIVE_INFINITY);
  const inclusive = given.flag('inclusive');
  return messages.filter(({ ts }) => {
    const at = Number(ts);
    return (at > oldest && at < latest) || (inclusive && (at === oldest || at === latest));
  });
}

/** Cursors are opaque to callers; the last page's is empty. Null for a cursor that is none. */
export function pageOf<T>(
  { arguments: given }: SlackCall,
  all: readonly T[],
): { values: T[]; next: string } | null {
  const cursor = given.text('cursor');
  const start = cursor === null ? 0 : startOf(cursor);
  if (start === null) return null;
  const end = start + Math.min(given.number('limit', DEFAULT_LIMIT), MOST_PER_PAGE);
  const next = end < all.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { values: all.slice(start, end), next };
}

function startOf(cursor: string): number | null {
  const match = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'));
  return match === null ? null : Number(match[1]);
}
