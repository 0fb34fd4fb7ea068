/** What Slack tells the app about messages, as inner events. The agent's own messages are told too. */
import type { Scope } from '../scope.js';
import type { SlackDirectoryState } from './directory.js';
import type { SlackMessageRecord } from './records.js';
import { renderMessage } from './render.js';
import { SLACK_APP_ID, SLACK_TEAM } from './team.js';

export interface SlackEvents {
  posted(message: SlackMessageRecord): void;
  changed(before: SlackMessageRecord, after: SlackMessageRecord): void;
  deleted(message: SlackMessageRecord, eventTs: string): void;
  reacted(by: string, message: SlackMessageRecord, name: string, eventTs: string): void;
}

export function createSlackEvents(scope: Scope, directory: SlackDirectoryState): SlackEvents {
  const channelType = (channel: string) => (directory.findChannel(channel)?.isIm === true ? 'im' : 'channel');
  const shown = (message: SlackMessageRecord) => ({
    ...renderMessage(message, directory, { metadata: true }),
    ...(message.botId === null ? {} : { app_id: SLACK_APP_ID }),
  });
  return {
    posted: (message) => {
      const { channel, ts } = message;
      const event = { ...shown(message), channel, event_ts: ts };
      if (mentions(message, scope.accounts.slack.userId) && channelType(channel) !== 'im') {
        scope.emit.slackEvent({ ...event, type: 'app_mention' });
      }
      scope.emit.slackEvent({ ...event, channel_type: channelType(channel) });
    },
    changed: (before, after) =>
      void scope.emit.slackEvent({
        type: 'message',
        subtype: 'message_changed',
        channel: after.channel,
        channel_type: channelType(after.channel),
        message: shown(after),
        previous_message: shown(before),
        hidden: true,
        ts: after.editedTs,
        event_ts: after.editedTs,
      }),
    deleted: (message, eventTs) =>
      void scope.emit.slackEvent({
        type: 'message',
        subtype: 'message_deleted',
        channel: message.channel,
        channel_type: channelType(message.channel),
        deleted_ts: message.ts,
        previous_message: shown(message),
        hidden: true,
        ts: eventTs,
        event_ts: eventTs,
      }),
    reacted: (by, message, name, eventTs) =>
      void scope.emit.slackEvent({
        type: 'reaction_added',
        user: by,
        reaction: name,
        item_user: message.user,
        item: { type: 'message', channel: message.channel, ts: message.ts },
        team: SLACK_TEAM.id,
        event_ts: eventTs,
      }),
  };
}

/** Does a person name this user? A bot's own text is no mention. */
function mentions(message: SlackMessageRecord, userId: string): boolean {
  return message.botId === null && new RegExp(`<@${userId}(?:\\|[^>]*)?>`).test(message.text);
}
