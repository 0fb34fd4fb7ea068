import type { SlackChannelRecord, SlackUserRecord } from './records.js';

export const SLACK_TEAM = { id: 'T0ACME', name: 'Acme', domain: 'acme' };
export const SLACK_APP_ID = 'A0PMAGENT';

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
