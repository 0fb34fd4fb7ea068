import { A_DAY_MS, type ActionRow, type AllowedTargets } from './row.js';

export interface SlackMessage {
  /** A channel's id, or a person's for the direct message with them. */
  readonly channel: string;
  readonly threadTs: string | null;
  /** Markdown; becomes Slack mrkdwn with mentions and foreign links defused. */
  readonly text: string;
}

export const slackMessage: ActionRow<SlackMessage> = {
  service: 'slack',
  changes: 'words',
  preview: {
    line: ({ channel, threadTs }) =>
      threadTs === null ? `${isPerson(channel) ? 'Write to' : 'Post in'} ${channel}` : `Reply in ${channel}`,
    named: (payload) => payload,
    words: ({ text }) => text,
    rewritten: (payload, rewrite) => ({ ...payload, text: rewrite(payload.text) }),
  },
  editable: [{ name: 'text', label: 'Message (Markdown)', as: 'words' }],
  target: {
    of: ({ channel, threadTs }) => `slack:${threadTs === null ? channel : `${channel}/${threadTs}`}`,
    projects: ({ channel }) => [channel],
    refusal: refusalOf,
  },
  preconditions: { words: 'the channel can be posted in', seen: () => null, already: () => null },
  marker: { words: 'the message metadata `pm_agent_action`', appearsLate: true, provesOurs: true },
  inverse: { reversible: true, words: 'deletes the message', windowMs: A_DAY_MS, by: 'id' },
  risk: {
    grade: 'G1',
    why: 'a message in the conversation, in the channel of the team, or to one of its people',
  },
};

/** Slack's ids tell: those of people begin with U or W, those of every kind of conversation do not. */
export function isPerson(place: string): boolean {
  return /^[UW]/.test(place);
}

function refusalOf(message: SlackMessage, allowed: AllowedTargets): string | null {
  return isPerson(message.channel) ? refusalOfPerson(message, allowed) : refusalOfChannel(message, allowed);
}

function refusalOfPerson(
  { channel, threadTs }: SlackMessage,
  { teammates = [] }: AllowedTargets,
): string | null {
  if (!teammates.includes(channel)) {
    return `${channel} is nobody of this event's team whom pm-agent.yaml knows (people[].slack; teams[].members, teams[].escalation)`;
  }
  return threadTs === null ? null : `a message to a person begins no thread, and ${threadTs} names one`;
}

function refusalOfChannel(
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
