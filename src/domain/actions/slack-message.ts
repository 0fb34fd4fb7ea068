import { A_DAY_MS, type ActionRow, type AllowedTargets } from './row.js';

export interface SlackMessage {
  readonly channel: string;
  readonly threadTs: string | null;
  /** Markdown; becomes Slack mrkdwn with mentions and foreign links defused. */
  readonly text: string;
}

export const slackMessage: ActionRow<SlackMessage> = {
  service: 'slack',
  changes: 'words',
  preview: {
    line: ({ channel, threadTs }) => (threadTs === null ? `Post in ${channel}` : `Reply in ${channel}`),
    words: ({ text }) => text,
    rewritten: (payload, rewrite) => ({ ...payload, text: rewrite(payload.text) }),
  },
  target: {
    of: ({ channel, threadTs }) => `slack:${threadTs === null ? channel : `${channel}/${threadTs}`}`,
    project: ({ channel }) => channel,
    refusal: refusalOf,
  },
  preconditions: { words: 'the channel can be posted in', seen: () => null },
  marker: { words: 'the message metadata `pm_agent_action`', appearsLate: true },
  inverse: { reversible: true, words: 'deletes the message', windowMs: A_DAY_MS },
  risk: { grade: 'G1', why: 'a message in the conversation or the channel of the team itself' },
};

function refusalOf(
  { channel, threadTs }: SlackMessage,
  { facts: { thread }, teamChannel }: AllowedTargets,
): string | null {
  const inOwnChannel = thread !== null && channel === thread.channel;
  if (!inOwnChannel && channel !== teamChannel) {
    return `${channel} is neither the channel of this event nor its team's channel`;
  }
  const isOwnThread = inOwnChannel && threadTs === thread.threadTs;
  return threadTs === null || isOwnThread ? null : `${threadTs} is not the thread of this event`;
}
