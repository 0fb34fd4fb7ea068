import type { ContextFacts } from '../../domain/context.js';
import type { SlackCommandEvent, SlackInteractionEvent, SlackMessageEvent } from '../../domain/event.js';
import type { SlackMessage } from '../../integrations/slack/slack.js';
import { boundedText } from '../bounded-text.js';
import { type Gathered, type Gatherer, type GatherSources, NO_FACTS } from './gatherer.js';
import { readMentionedIssues } from './mentioned-issues.js';

export const gatherSlackMessage: Gatherer<SlackMessageEvent> = async (event, sources) => {
  const { channel, threadTs, ts } = event;
  const messages = await addThread(channel, threadTs, sources);
  const own = messages.find((message) => message.ts === ts);
  const answered = own === undefined ? {} : { answered: { ts, text: boundedText(own.text) } };
  return conversation({ channel, threadTs, ...answered }, [event.text, ...textsOf(messages)], sources);
};

export const gatherSlackCommand: Gatherer<SlackCommandEvent> = (event, sources) =>
  conversation({ channel: event.channel, threadTs: null }, [event.text], sources);

export const gatherSlackInteraction: Gatherer<SlackInteractionEvent> = async (event, sources) => {
  const { channel, threadTs } = event;
  if (channel === null) {
    return conversation(null, [event.value], sources);
  }
  const texts = threadTs === null ? [] : textsOf(await addThread(channel, threadTs, sources));
  return conversation({ channel, threadTs }, [event.value, ...texts], sources);
};

/** Adds the thread's newest messages, and answers them. */
async function addThread(
  channel: string,
  threadTs: string,
  { slack, collector }: GatherSources,
): Promise<readonly SlackMessage[]> {
  const thread = await collector.inSight(slack.getThread(channel, threadTs), 'messages of the thread');
  const messages = collector.newest(thread ?? [], 'messages of the thread');
  for (const message of messages) {
    collector.add('message', `message-${message.ts}`, 'slack:rest', {
      ...message,
      sentAt: sentAt(message.ts),
      text: collector.text(message.text, `message ${message.ts}`),
    });
  }
  return messages;
}

/** Slack names a message by when it came: seconds since the epoch, made unique. Null for what is none. */
function sentAt(ts: string): string | null {
  const at = new Date(Number(ts) * 1_000);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** Newest first. */
function textsOf(messages: readonly SlackMessage[]): readonly string[] {
  return messages.map((message) => message.text).toReversed();
}

async function conversation(
  thread: ContextFacts['thread'],
  texts: readonly string[],
  sources: GatherSources,
): Promise<Gathered> {
  const issue = await readMentionedIssues(texts, sources, { pullRequests: true });
  const place = thread === null ? 'Slack' : thread.channel;
  return {
    facts: { ...NO_FACTS, issue, thread },
    title: issue === null ? `Conversation in ${place}` : `Conversation in ${place} on ${issue.key}`,
  };
}
