/** `fetch` for an MCP server that ends a request which nobody waits for, instead of sending another one that says so. */
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { z } from 'zod';

/** JSON-RPC, as far as it is looked at. */
const messageSchema = z.object({
  method: z.string(),
  id: z.union([z.string(), z.number()]).optional(),
  params: z.object({ requestId: z.union([z.string(), z.number()]).optional() }).optional(),
});

/**
 * The protocol would have a notice (`notifications/cancelled`, 2025-06-18, "Cancellation") follow a request that is given
 * up. Only reading is asked for here, so nothing is lost where the server goes on, and a notice would be one more call to
 * a server that is slow already: the connection of the request is cut and the notice counts as sent.
 */
export function hangUpFetch(send: FetchLike): FetchLike {
  const open = new Map<string | number, AbortController>();
  return async (url, init) => {
    const { method, id, params } = messageIn(init);
    if (method === 'notifications/cancelled') {
      open.get(params?.requestId ?? '')?.abort();
      return new Response(null, { status: 202 });
    }
    if (id === undefined) {
      return send(url, init);
    }
    const hangUp = new AbortController();
    open.set(id, hangUp);
    const signals = [hangUp.signal, ...(init?.signal ? [init.signal] : [])];
    try {
      return await send(url, { ...init, signal: AbortSignal.any(signals) });
    } finally {
      open.delete(id);
    }
  };
}

function messageIn(init: RequestInit | undefined): Partial<z.infer<typeof messageSchema>> {
  return typeof init?.body === 'string' ? (messageSchema.safeParse(JSON.parse(init.body)).data ?? {}) : {};
}
