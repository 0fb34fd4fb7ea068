/** The simulated Slack's records as the Web API and the events show them. */
import type { SlackDirectoryState } from './directory.js';
import type { SlackChannelRecord, SlackMessageRecord, SlackUserRecord } from './records.js';
import { SLACK_APP_ID, SLACK_TEAM } from './team.js';

export type Json = Record<string, unknown>;

export interface MessageOptions {
  /** Metadata shows only where it was asked for (`include_all_metadata`). */
  readonly metadata?: boolean;
  /** Replies of the thread that this message opens, oldest first. */
  readonly replies?: readonly SlackMessageRecord[];
}

/** A modern bot's post carries `bot_id` and no subtype. */
export function renderMessage(
  message: SlackMessageRecord,
  directory: SlackDirectoryState,
  options: MessageOptions = {},
): Json {
  const { metadata = false, replies = [] } = options;
  return {
    type: 'message',
    user: message.user,
    text: message.text,
    ts: message.ts,
    team: SLACK_TEAM.id,
    ...(message.clientMsgId === null ? {} : { client_msg_id: message.clientMsgId }),
    ...(message.botId === null ? {} : botFields(message.botId, directory)),
    ...(message.blocks === null ? {} : { blocks: message.blocks }),
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    ...(replies.length === 0 ? {} : openerFields(message, replies)),
    ...(message.editedTs === null ? {} : { edited: { user: message.user, ts: message.editedTs } }),
    ...(message.reactions.length === 0
      ? {}
      : { reactions: message.reactions.map(({ name, users }) => ({ name, users, count: users.length })) }),
    ...(metadata && message.metadata !== null ? { metadata: message.metadata } : {}),
  };
}

function botFields(botId: string, directory: SlackDirectoryState): Json {
  const bot = directory.users().find((user) => user.botId === botId);
  const profile = { ...renderBot(botId, bot?.realName ?? ''), team_id: SLACK_TEAM.id };
  return { bot_id: botId, bot_profile: profile };
}

const ICON_SIZES = [36, 48, 72];

/** What `bots.info` and a post's `bot_profile` say. */
export function renderBot(botId: string, name: string): Json {
  return {
    id: botId,
    deleted: false,
    name,
    updated: 1_767_600_000,
    app_id: SLACK_APP_ID,
    icons: Object.fromEntries(
      ICON_SIZES.map((size) => [`image_${size}`, `https://acme.example/bot-${size}.png`]),
    ),
  };
}

function openerFields(message: SlackMessageRecord, replies: readonly SlackMessageRecord[]): Json {
  const users = [...new Set(replies.map(({ user }) => user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users,
    latest_reply: replies.at(-1)?.ts,
    subscribed: true,
  };
}

export function renderChannel(channel: SlackChannelRecord, agentUserId: string): Json {
  const { id, created, creator, isArchived } = channel;
  if (channel.isIm) {
    return {
      id,
      created,
      is_archived: isArchived,
      is_im: true,
      is_org_shared: false,
      user: channel.imUser,
      is_user_deleted: false,
      priority: 0,
    };
  }
  const text = (value: string) => ({ value, creator, last_set: created });
  return {
    id,
    name: channel.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: false,
    created,
    is_archived: isArchived,
    is_general: false,
    unlinked: 0,
    name_normalized: channel.name,
    is_shared: false,
    is_org_shared: false,
    is_pending_ext_shared: false,
    pending_shared: [],
    parent_conversation: null,
    creator,
    is_ext_shared: false,
    shared_team_ids: [SLACK_TEAM.id],
    pending_connected_team_ids: [],
    is_member: channel.members.includes(agentUserId),
    topic: text(channel.topic),
    purpose: text(channel.purpose),
    previous_names: [],
    num_members: channel.members.length,
  };
}

export function renderUser(user: SlackUserRecord): Json {
  return {
    id: user.id,
    team_id: SLACK_TEAM.id,
    name: user.name,
    deleted: false,
    color: '9f69e7',
    real_name: user.realName,
    tz: user.tz,
    tz_label: zonePart(user.tz, 'long'),
    tz_offset: offsetOf(user.tz),
    profile: {
      title: '',
      phone: '',
      skype: '',
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.name,
      display_name_normalized: user.name,
      status_text: '',
      status_emoji: '',
      status_expiration: 0,
      avatar_hash: '000000000000',
      ...(user.email === null ? {} : { email: user.email }),
      ...(user.botId === null ? {} : { bot_id: user.botId, api_app_id: SLACK_APP_ID }),
      team: SLACK_TEAM.id,
    },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: user.isBot,
    is_app_user: false,
    updated: 1_767_600_000,
  };
}

/** "Central European Standard Time", "GMT+01:00" */
function zonePart(tz: string, timeZoneName: 'long' | 'longOffset'): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: tz, timeZoneName }).formatToParts(new Date());
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? tz;
}

/** Seconds from UTC, now. */
function offsetOf(tz: string): number {
  const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/.exec(zonePart(tz, 'longOffset')) ?? [];
  const seconds = Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60;
  return sign === '-' ? -seconds : seconds;
}
