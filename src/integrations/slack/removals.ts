/** Taking back a message of our own. */
import { z } from 'zod';
import type { OutgoingRequest } from '../../domain/effect.js';
import { type IntegrationError, orNull } from '../integration-error.js';
import { createSlackCall, type SlackOptions } from './call.js';
import { type MessageJson, messagesSchema } from './schema.js';

/** A message by its `ts`, in a channel or in the thread below `threadTs`. */
export interface MessageName {
  readonly channel: string;
  readonly threadTs: string | null;
  readonly ts: string;
}

export interface SlackRemovals {
  /**
   * Is it (still) there? Asked for by its `ts`, however many came after it. Throws `IntegrationError` with code `not_found` where
   * its channel is not shown to us: it may stand there all the same.
   */
  stands(message: MessageName): Promise<boolean>;
  /** Throws `IntegrationError` with code `not_found` where it is gone. `channel` is a channel's id, a direct message's included. */
  deleteMessage(channel: string, ts: string, signal?: AbortSignal): Promise<void>;
  requests: { deleteMessage(channel: string, ts: string): OutgoingRequest };
}

/** Needs the scope chat:write, as posting does: a bot deletes what it posted. */
export function createSlackRemovals(options: SlackOptions): SlackRemovals {
  const call = createSlackCall(options);
  const deleteMessage = (channel: string, ts: string) => ({
    service: 'slack' as const,
    method: 'POST',
    path: '/chat.delete',
    body: { channel, ts },
  });
  return {
    requests: { deleteMessage },
    stands: async ({ channel, threadTs, ts }) => {
      // Both ends on its own time, and inclusive: that message alone, and in a thread its first one as well.
      const only = { channel, oldest: ts, latest: ts, inclusive: true, limit: 2 };
      const messages = await (threadTs === null
        ? told(call('conversations.history', only, messagesSchema))
        : orNull(told(call('conversations.replies', { ...only, ts: threadTs }, messagesSchema)), isNoThread));
      return messages?.some((message) => message.ts === ts) === true;
    },
    deleteMessage: async (channel, ts, signal) => {
      const { path, body } = deleteMessage(channel, ts);
      await call(path.slice(1), body, z.object({}), { write: true, signal });
    },
  };
}

async function told(answer: Promise<{ messages: MessageJson[] }>): Promise<readonly MessageJson[]> {
  return (await answer).messages;
}

/** Slack's names for what is gone while its channel can be seen. */
const GONE = new Set(['thread_not_found', 'message_not_found']);

function isNoThread({ vendorCode }: IntegrationError): boolean {
  return GONE.has(vendorCode ?? '');
}
