/** Messages of a channel (the newest first) or of a thread (the oldest first), page by page to the last one. */
import { outOfSight } from '../out-of-sight.js';
import type { SlackCall } from './call.js';
import { type MessageJson, messagesSchema } from './schema.js';

/** Slack gives no more at once. */
const PAGE = 999;
/** A look is made within one attempt, and four times at most: with this many pages it comes to its end. */
const MOST_PAGES = 10;

export interface MessageQuery {
  readonly channel: string;
  /** The thread's first message; null for the channel, without what is said in threads. */
  readonly threadTs: string | null;
  /** Nothing older is asked for (ISO 8601), but for the first message of a thread; null for all. */
  readonly since: string | null;
}

/** Throws an `outOfSight` where Slack has more than are looked through. */
export async function* messagePages(
  call: SlackCall,
  { channel, threadTs, since }: MessageQuery,
): AsyncGenerator<readonly MessageJson[]> {
  const method = threadTs === null ? 'conversations.history' : 'conversations.replies';
  const args = {
    channel,
    limit: PAGE,
    include_all_metadata: true,
    ...(threadTs === null ? {} : { ts: threadTs }),
    ...(since === null ? {} : { oldest: (Date.parse(since) / 1_000).toFixed(6) }),
  };
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const place = cursor === '' ? {} : { cursor };
    const answer = await call(method, { ...args, ...place }, messagesSchema);
    yield answer.messages;
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') {
      return;
    }
  }
  const where = threadTs === null ? channel : `the thread ${threadTs} of ${channel}`;
  throw outOfSight('slack', `the messages of ${where}${sinceInWords(since)}`, PAGE * MOST_PAGES);
}

function sinceInWords(since: string | null): string {
  return since === null ? '' : ` since ${since}`;
}
