import type { Scope } from '../scope.js';
import type { SlackDirectoryState } from './directory.js';
import type { SlackChannelRecord, SlackUserRecord } from './records.js';

/** People and channels in the store. */
export function createSlackDirectory({ store, accounts, clock }: Scope): SlackDirectoryState {
  const channels = () => store.list<SlackChannelRecord>('slack', 'channel');
  const saveChannel = (channel: SlackChannelRecord) => store.put('slack', 'channel', channel.id, channel);
  return {
    users: () => store.list<SlackUserRecord>('slack', 'user'),
    findUser: (id) => store.get<SlackUserRecord>('slack', 'user', id),
    saveUser: (user) => store.put('slack', 'user', user.id, user),
    channels,
    findChannel: (idOrName) => {
      const name = idOrName.replace(/^#/, '');
      const byId = store.get<SlackChannelRecord>('slack', 'channel', idOrName);
      return byId ?? channels().find((channel) => !channel.isIm && channel.name === name) ?? null;
    },
    saveChannel,
    openDirectMessage: (userId) => {
      const known = channels().find(({ imUser }) => imUser === userId);
      if (known !== undefined) return known;
      const channel: SlackChannelRecord = {
        id: `D${userId.slice(1)}`,
        name: '',
        isIm: true,
        imUser: userId,
        isArchived: false,
        topic: '',
        purpose: '',
        creator: userId,
        created: Math.floor(clock().getTime() / 1000),
        members: [userId, accounts.slack.userId],
      };
      saveChannel(channel);
      return channel;
    },
  };
}
