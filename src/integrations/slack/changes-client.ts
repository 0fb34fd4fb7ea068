/** What was said lately in a thread, over `conversations.replies` with `oldest`. */

import { createSlackCall, type SlackCall, type SlackOptions } from './call.js';
import type { SlackChanges, ThreadMessage } from './changes.js';
import { type MessageJson, messagesSchema } from './schema.js';

const PAGE = 200;

/** Answers with `IntegrationError` for every failure. */
export function createSlackChanges(options: SlackOptions): SlackChanges {
  const call = createSlackCall(options);
  return {
    repliesAfter: async (channel, threadTs, oldest) => {
      const messages = await allReplies(call, { channel, ts: threadTs, oldest, limit: PAGE });
      // The first message of the thread comes along, however old it is.
      return messages
        .filter(({ ts }) => Number(ts) > Number(oldest))
        .map(toThreadMessage)
        .sort((left, right) => Number(left.ts) - Number(right.ts));
    },
  };
}

/** Slack's cursor ends by itself: a place that it named before would go round for ever. */
async function allReplies(
  call: SlackCall,
  args: Readonly<Record<string, string | number>>,
): Promise<readonly MessageJson[]> {
  const all = new Map<string, MessageJson>();
  const seen = new Set<string>();
  let cursor = '';
  do {
    seen.add(cursor);
    const place = cursor === '' ? {} : { cursor };
    const answer = await call('conversations.replies', { ...args, ...place }, messagesSchema);
    for (const message of answer.messages) {
      all.set(message.ts, message);
    }
    cursor = answer.response_metadata?.next_cursor ?? '';
  } while (cursor !== '' && !seen.has(cursor));
  return [...all.values()];
}

function toThreadMessage(message: MessageJson): ThreadMessage {
  return {
    ts: message.ts,
    userId: message.user ?? null,
    botId: message.bot_id ?? null,
    subtype: message.subtype ?? '',
    text: message.text ?? '',
  };
}
