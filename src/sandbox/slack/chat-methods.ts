import { isRecord, textAt } from '../loose-json.js';
import { areMessageBlocks, areTooLong } from './block-rules.js';
import type { NewMessage } from './messages.js';
import type { SlackCall, SlackMethods } from './methods.js';
import type { SlackMessageRecord } from './records.js';
import { renderMessage } from './render.js';

const LONGEST_TEXT = 40_000;

/** `chat.*` and `reactions.add` */
export const CHAT_METHODS: SlackMethods = {
  'chat.postMessage': (call) => {
    const channel = call.state.findChannel(call.arguments.text('channel') ?? '') ?? directMessage(call);
    if (channel === null) return 'channel_not_found';
    if (channel.isArchived) return 'is_archived';
    if (!channel.members.includes(call.caller)) return 'not_in_channel';
    const content = readContent(call);
    if (typeof content === 'string') return content;
    const threadTs = call.arguments.text('thread_ts');
    if (threadTs !== null && call.state.findMessage(channel.id, threadTs) === null) return 'thread_not_found';
    const message = call.state.postMessage(call.caller, channel.id, { ...content, threadTs });
    return { channel: channel.id, ts: message.ts, message: shown(call, message) };
  },
  'chat.update': (call) => {
    const message = messageOf(call);
    if (typeof message === 'string') return message;
    if (message.user !== call.caller) return 'cant_update_message';
    const content = readContent(call);
    if (typeof content === 'string') return content;
    // Blocks that a new text does not bring are gone; metadata stays where none is given.
    const updated = call.state.updateMessage(message, { blocks: null, ...content });
    return { channel: updated.channel, ts: updated.ts, text: updated.text, message: shown(call, updated) };
  },
  'chat.delete': (call) => {
    const message = messageOf(call);
    if (typeof message === 'string') return message;
    if (message.user !== call.caller) return 'cant_delete_message';
    call.state.deleteMessage(message);
    return { channel: message.channel, ts: message.ts };
  },
  'chat.postEphemeral': (call) => {
    const channel = call.state.findChannel(call.arguments.text('channel') ?? '');
    if (channel === null) return 'channel_not_found';
    const user = call.arguments.text('user') ?? '';
    if (!channel.members.includes(user)) return 'user_not_in_channel';
    const content = readContent(call);
    if (typeof content === 'string') return content;
    return { message_ts: call.state.showEphemeral(user, channel.id, content).ts };
  },
  'chat.getPermalink': (call) => {
    const ts = call.arguments.text('message_ts') ?? '';
    const channel = call.state.findChannel(call.arguments.text('channel') ?? '');
    if (channel === null) return 'channel_not_found';
    if (call.state.findMessage(channel.id, ts) === null) return 'message_not_found';
    return {
      channel: channel.id,
      permalink: `${call.url}/slack/archives/${channel.id}/p${ts.replace('.', '')}`,
    };
  },
  'reactions.add': (call) => {
    const channel = call.arguments.text('channel') ?? '';
    const message = call.state.findMessage(channel, call.arguments.text('timestamp') ?? '');
    const name = call.arguments.text('name');
    if (message === null) return 'message_not_found';
    if (name === null) return 'invalid_name';
    return call.state.addReaction(call.caller, message, name.replaceAll(':', '')) ? {} : 'already_reacted';
  },
};

/** A user id as channel opens the direct message, as Slack does. */
function directMessage({ state, arguments: given }: SlackCall) {
  const user = given.text('channel') ?? '';
  return /^[UW]/.test(user) && state.findUser(user) !== null ? state.openDirectMessage(user) : null;
}

function messageOf({ state, arguments: given }: SlackCall): SlackMessageRecord | string {
  const channel = state.findChannel(given.text('channel') ?? '');
  if (channel === null) return 'channel_not_found';
  return state.findMessage(channel.id, given.text('ts') ?? '') ?? 'message_not_found';
}

/** Text, blocks and metadata, or Slack's name for what is wrong with them. */
function readContent({ arguments: given }: SlackCall): NewMessage | string {
  const blocks = given.json('blocks');
  const attachments = given.json('attachments');
  const metadata = given.json('metadata');
  const text = given.text('text') ?? '';
  if (blocks !== undefined && !areMessageBlocks(blocks)) return 'invalid_blocks';
  if (blocks !== undefined && areTooLong(blocks)) return 'msg_blocks_too_long';
  if (text === '' && blocks === undefined && attachments === undefined) return 'no_text';
  if (text.length > LONGEST_TEXT) return 'msg_too_long';
  const read = readMetadata(metadata);
  if (read === 'broken') return 'invalid_metadata_format';
  return {
    text,
    ...(blocks === undefined ? {} : { blocks: blocks as unknown[] }),
    ...(read === undefined ? {} : { metadata: read }),
  };
}

function readMetadata(metadata: unknown): SlackMessageRecord['metadata'] | 'broken' | undefined {
  if (metadata === undefined) return undefined;
  const eventType = textAt(metadata, 'event_type');
  if (!isRecord(metadata) || eventType === null || !isRecord(metadata.event_payload)) return 'broken';
  return { event_type: eventType, event_payload: metadata.event_payload };
}

function shown(call: SlackCall, message: SlackMessageRecord) {
  return renderMessage(message, call.state, { metadata: true });
}
