/** The port: what the product needs of Slack. */
import type { OutgoingRequest } from '../../domain/effect.js';

export interface SlackMessage {
  readonly ts: string;
  readonly userId: string | null;
  readonly botId: string | null;
  readonly text: string;
}

export interface SlackMessageWrite {
  /** A channel's id, or a person's for the direct message with them. */
  readonly channel: string;
  readonly threadTs: string | null;
  /** Markdown; becomes mrkdwn with `& < >` escaped and mentions defused. */
  readonly text: string;
  /** Idempotency marker, stored as message metadata `pm_agent_action`. */
  readonly actionId: string;
}

export interface Slack {
  /** The bot's own ids. */
  self(): Promise<{
    readonly userId: string;
    readonly botId: string | null;
    readonly teamId: string;
    readonly name: string;
  }>;
  /** Newest last, at most 50. */
  getThread(channel: string, threadTs: string): Promise<readonly SlackMessage[]>;
  getChannel(channel: string): Promise<{ readonly id: string; readonly name: string | null }>;
  /** `channel` as in the write. */
  findMessageByAction(channel: string, threadTs: string | null, actionId: string): Promise<string | null>;
  /** Answers the message's ts. */
  postMessage(write: SlackMessageWrite): Promise<string>;
  requests: { postMessage(write: SlackMessageWrite): OutgoingRequest };
}
