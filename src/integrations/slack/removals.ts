/** Taking back a message of our own. */
import { z } from 'zod';
import type { OutgoingRequest } from '../../domain/effect.js';
import { createSlackCall, type SlackOptions } from './client.js';

export interface SlackRemovals {
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
    deleteMessage: async (channel, ts, signal) => {
      const { path, body } = deleteMessage(channel, ts);
      await call(path.slice(1), body, z.object({}), { write: true, signal });
    },
  };
}
