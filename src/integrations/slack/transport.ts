/** How the SDK's calls leave, and what it does not keep of their answers. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { namedError } from '../http-failure.js';

/** Slack's own name of a call, for its support. */
const REQUEST_ID = 'x-slack-req-id';

interface Call {
  requestId: string | null;
  readonly signal: AbortSignal | undefined;
}

const calls = new AsyncLocalStorage<Call>();

/**
 * Makes one call with the SDK, whose methods take no signal.
 * @returns with the call, what Slack named it; null before it answered
 */
export function namedCall<T>(
  make: () => Promise<T>,
  signal?: AbortSignal,
): {
  readonly answer: Promise<T>;
  readonly requestId: () => string | null;
} {
  const call: Call = { requestId: null, signal };
  return { answer: calls.run(call, make), requestId: () => call.requestId };
}

/** The SDK drops the reason of a failed fetch unless it is an `Error` of its own realm: here it becomes one. */
export const transport: typeof fetch = async (url, init) => {
  const call = calls.getStore();
  try {
    const response = await fetch(url, endedBy(init, call?.signal));
    if (call !== undefined) {
      call.requestId = response.headers.get(REQUEST_ID);
    }
    return response;
  } catch (error) {
    const { name, message } = namedError(error);
    throw Object.assign(new Error(message, { cause: error }), { name });
  }
};

function endedBy(init: RequestInit | undefined, signal: AbortSignal | undefined): RequestInit | undefined {
  const signals = [init?.signal, signal].filter((one) => one !== undefined && one !== null);
  return signal === undefined ? init : { ...init, signal: AbortSignal.any(signals) };
}
