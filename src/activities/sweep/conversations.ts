import { messageKey } from '../../domain/change-key.js';
import { cutText } from '../../domain/cut-text.js';
import { EVENT_TEXT_LIMIT, type SlackMessageEvent } from '../../domain/event.js';
import { isSpoken } from '../../domain/slack-words.js';
import { conversationSubject } from '../../domain/subject.js';
import type { FoundChange } from '../../domain/sweep.js';
import { type IntegrationError, orNull } from '../../integrations/integration-error.js';
import type { ThreadMessage } from '../../integrations/slack/changes.js';
import type { Slack } from '../../integrations/slack/slack.js';
import type { ActivityDeps } from '../dependencies.js';
import { found, type ScopePage, type ScopeReader } from './scope-reader.js';

/** Each needs a read of its own. */
const THREADS = 20;
/** Without a word for so long, a thread is over. */
const LATELY_MS = 14 * 86_400_000;
const THREAD = /^slack:([A-Z][A-Z0-9]{1,30})\/(\d{1,12}\.\d{1,8})$/;

interface Thread {
  readonly channel: string;
  readonly threadTs: string;
}

type Self = Awaited<ReturnType<Slack['self']>>;

/** The threads that the agent took part in lately, as the mirror knows them. */
export function createConversationsReader(deps: ActivityDeps): ScopeReader {
  const self = remembered(() => deps.slack.self());
  return async ({ scope, startedAt, cursor }) => {
    const since = new Date(Date.parse(startedAt) - LATELY_MS).toISOString();
    const subjects = await deps.mirror.conversations({ since, after: cursor ?? '', limit: THREADS });
    const threads = subjects.flatMap(toThread);
    const changes: FoundChange[] = [];
    for (const thread of threads) {
      const messages = await messagesOf(deps.changes.slack, thread, scope.reportSince);
      for (const message of messages.filter(isSomebodys)) {
        changes.push(messageChange(thread, message, await self()));
      }
    }
    return { cursor: nextCursor(subjects), looked: threads.length, changes };
  };
}

function nextCursor(subjects: readonly string[]): ScopePage['cursor'] {
  return subjects.length < THREADS ? null : (subjects.at(-1) ?? null);
}

function toThread(subject: string): readonly Thread[] {
  const [, channel, threadTs] = THREAD.exec(subject) ?? [];
  return channel === undefined || threadTs === undefined ? [] : [{ channel, threadTs }];
}

/** A thread that is gone, or that the app was put out of, has nothing to say; it does not hold up the others. */
async function messagesOf(
  slack: ActivityDeps['changes']['slack'],
  { channel, threadTs }: Thread,
  since: string,
): Promise<readonly ThreadMessage[]> {
  const oldest = (Date.parse(since) / 1_000).toFixed(6);
  return (await orNull(slack.repliesAfter(channel, threadTs, oldest), isClosedToUs)) ?? [];
}

function isClosedToUs({ code }: IntegrationError): boolean {
  return code === 'not_found' || code === 'invalid';
}

/** Bots are not answered: two of them would answer each other for ever. */
function isSomebodys({ subtype, botId, userId }: ThreadMessage): boolean {
  return isSpoken(subtype) && (botId ?? '') === '' && (userId ?? '') !== '';
}

function messageChange({ channel, threadTs }: Thread, { ts, userId, text }: ThreadMessage, self: Self) {
  return found({
    type: typeOf(channel, text, self.userId),
    source: 'slack',
    tenant: self.teamId,
    subject: conversationSubject(channel, threadTs),
    project: channel,
    changeKey: messageKey(channel, threadTs, ts),
    occurredAt: new Date(Number(ts) * 1_000).toISOString(),
    actor: userId === null ? null : { id: userId, name: null, isBot: false },
    channel,
    ts,
    threadTs,
    text: cutText(text, EVENT_TEXT_LIMIT),
  });
}

/** A direct message's channel begins with D. */
function typeOf(channel: string, text: string, ownId: string): SlackMessageEvent['type'] {
  if (channel.startsWith('D')) {
    return 'direct_message';
  }
  return new RegExp(`<@${ownId}(?:\\|[^>]*)?>`).test(text) ? 'app_mention' : 'thread_message';
}

/** Asked once; a failure is no answer. */
function remembered<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask();
    answer.catch(() => {
      answer = null;
    });
    return answer;
  };
}
