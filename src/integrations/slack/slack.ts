/** The port: what the product needs of Slack. */
import type { KnownBlock, ModalView } from '@slack/types';
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
  /** Markdown; becomes mrkdwn with `& < >` escaped and mentions defused, as text and as the sections that are shown. */
  readonly text: string;
  /** Idempotency marker, stored as message metadata `pm_agent_action`. */
  readonly actionId: string;
  /** Marks of the changes that it answers, beside it; none where left out. */
  readonly answers?: readonly string[];
}

/** A message that our own code composed; what people wrote is escaped in it already. */
export interface BlockMessage {
  /** For notifications and screen readers. mrkdwn. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

export interface SlackBlocksWrite {
  /** A channel's id, a direct message's included; never a user's. */
  readonly channel: string;
  readonly threadTs: string | null;
  readonly message: BlockMessage;
  /** Idempotency marker, by which `findMessageByAction` finds it. */
  readonly marker: string;
}

/** A form as Slack opens it. */
export type SlackForm = ModalView;

export interface Slack {
  /** The bot's own ids. */
  self(): Promise<{
    readonly userId: string;
    readonly botId: string | null;
    readonly teamId: string;
    readonly name: string;
  }>;
  /** What an account is called by its people: its real name, else the one that it shows. Throws a `not_found` for nobody's. */
  userName(userId: string): Promise<string>;
  /** Newest last, at most 50. Throws an `outOfSight` where the thread is too long to be read to its end. */
  getThread(channel: string, threadTs: string): Promise<readonly SlackMessage[]>;
  /**
   * The ts of the message that carries this action's marker, else of one that answers what carries one of `sought`, or
   * null. `channel` as in the write; `since` as in an effect's mark. Throws an `outOfSight` where neither is found and not
   * all could be looked through.
   */
  findMessageByAction(
    channel: string,
    threadTs: string | null,
    actionId: string,
    sought?: readonly string[],
    since?: string | null,
  ): Promise<string | null>;
  /** Answers the message's ts. Throws the signal's reason where it fires; the message may be posted all the same. */
  postMessage(write: SlackMessageWrite, signal?: AbortSignal): Promise<string>;
  /** Answers the message's ts. */
  postBlocks(write: SlackBlocksWrite): Promise<string>;
  /** Rewrites a message of our own. */
  updateBlocks(write: Omit<SlackBlocksWrite, 'threadTs'> & { readonly ts: string }): Promise<void>;
  /** Shows a message to one person of the channel, until they reload. */
  postEphemeral(write: {
    readonly channel: string;
    readonly userId: string;
    readonly message: BlockMessage;
  }): Promise<void>;
  /** Opens a form for the person whose click gave the trigger, within three seconds. */
  openView(triggerId: string, view: SlackForm): Promise<void>;
  /** The id of the direct message with a person. */
  openDirectMessage(userId: string): Promise<string>;
  requests: { postMessage(write: SlackMessageWrite): OutgoingRequest };
}
