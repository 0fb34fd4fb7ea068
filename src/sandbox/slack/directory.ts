import type { SlackChannelRecord, SlackUserRecord } from './records.js';

/** People and channels. */
export interface SlackDirectoryState {
  users(): SlackUserRecord[];
  findUser(id: string): SlackUserRecord | null;
  saveUser(user: SlackUserRecord): void;
  channels(): SlackChannelRecord[];
  /** By id, or by name with or without `#`. */
  findChannel(idOrName: string): SlackChannelRecord | null;
  saveChannel(channel: SlackChannelRecord): void;
  /** The direct message between the agent and this user, made where missing. */
  openDirectMessage(userId: string): SlackChannelRecord;
}
