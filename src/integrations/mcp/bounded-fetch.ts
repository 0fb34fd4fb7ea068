/** `fetch` for an MCP server: bounded in bytes and time, and never led elsewhere. */
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { AddressGuard } from '../address-guard.js';

export interface FetchBounds {
  readonly maxBytes: number;
  /** From the request to the last byte of the answer. */
  readonly maxMs: number;
  /** Looked at before each request. */
  readonly guard: AddressGuard | undefined;
}

/**
 * Refuses redirects, which could carry the token to another host, and the stream of server messages (GET), which nobody
 * here reads. A longer answer breaks off with an error.
 */
export function boundedFetch({ maxBytes, maxMs, guard }: FetchBounds): FetchLike {
  return async (url, init) => {
    if (init?.method === 'GET') {
      return new Response(null, { status: 405 });
    }
    await guarded(guard);
    const signals = [AbortSignal.timeout(maxMs), ...(init?.signal ? [init.signal] : [])];
    const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.any(signals) });
    const { status, statusText, headers } = response;
    const body = response.body?.pipeThrough(atMost(maxBytes)) ?? null;
    return new Response(body, { status, statusText, headers });
  };
}

/** The SDK passes on an error's message, and where it has a code that alone: this one is for a person to read. */
async function guarded(guard: AddressGuard | undefined): Promise<void> {
  await guard?.().catch((error: Error) => {
    throw new Error(error.message);
  });
}

function atMost(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let size = 0;
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > maxBytes) {
        controller.error(new Error(`more than ${maxBytes} bytes`));
      } else {
        controller.enqueue(chunk);
      }
    },
  });
}
