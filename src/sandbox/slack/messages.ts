import type { SlackEphemeralRecord, SlackMessageRecord } from './records.js';

export interface NewMessage {
  text: string;
  threadTs?: string | null;
  blocks?: unknown[] | null;
  metadata?: SlackMessageRecord['metadata'];
}

export interface SlackMessageState {
  /** Oldest first. */
  messages(channel: string): SlackMessageRecord[];
  findMessage(channel: string, ts: string): SlackMessageRecord | null;
  /** Stores the record as it is, without an event. */
  saveMessage(message: SlackMessageRecord): void;
  /** Sends `message`, and `app_mention` too where it names the agent as `<@U0PMAGENT>`. */
  postMessage(by: string, channel: string, message: NewMessage): SlackMessageRecord;
  updateMessage(message: SlackMessageRecord, changes: Omit<NewMessage, 'threadTs'>): SlackMessageRecord;
  /** Only this user sees it; no event. */
  showEphemeral(user: string, channel: string, message: NewMessage): SlackEphemeralRecord;
  /** Oldest first. */
  ephemerals(channel: string): SlackEphemeralRecord[];
  deleteMessage(message: SlackMessageRecord): void;
  /** False where that user has already reacted so. */
  addReaction(by: string, message: SlackMessageRecord, name: string): boolean;
}
