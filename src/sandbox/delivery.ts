/** Delivers queued webhooks as the vendors do: in the background, with few retries under the same delivery id. */
import type { SandboxLog } from './log.js';
import type { Outbox, QueuedWebhook, WebhookVendor } from './outbox.js';
import { attemptHeaders, type WebhookSecrets } from './signatures.js';

export interface Delivery {
  /** Looks at the queue soon; called after something was added. */
  wake(): void;
  /** Resolves when nothing is in flight; what waits stays queued for the next start. */
  close(): Promise<void>;
}

export interface DeliveryOptions {
  readonly outbox: Outbox;
  /** Where pm-agent's API listens, without a trailing slash. */
  readonly target: string;
  readonly secrets: WebhookSecrets;
  readonly clock: () => Date;
  readonly log: SandboxLog;
  /** Called with what an accepted delivery was answered. */
  readonly answered?: (deliveryId: string, text: string) => void;
}

interface Manners {
  /** The vendor gives up on an answer after this. Milliseconds. */
  readonly timeoutMs: number;
  /** Waits before each retry. Vendors wait for minutes; here the waits are short, so that a person can watch. */
  readonly retryAfterMs: readonly number[];
  readonly retriesOn: (status: number) => boolean;
}

/** Numbers of retries, timeouts and statuses as in the vendors' documents (facts: Jira 5, Bitbucket 2, Slack 3). */
const MANNERS: { readonly [V in WebhookVendor]: Manners } = {
  jira: {
    timeoutMs: 20_000,
    retryAfterMs: [1_000, 3_000, 10_000, 30_000, 60_000],
    retriesOn: (status) => [408, 409, 425, 429].includes(status) || status >= 500,
  },
  bitbucket: { timeoutMs: 10_000, retryAfterMs: [2_000, 10_000], retriesOn: (status) => status >= 500 },
  slack: {
    timeoutMs: 3_000,
    retryAfterMs: [1_000, 5_000, 20_000],
    retriesOn: (status) => status < 200 || status > 299,
  },
};

const AT_ONCE = 8;
const NO_RETRY_HEADER = 'x-slack-no-retry';

/** Starts with whatever an earlier run left in the queue. */
export function startDelivery(options: DeliveryOptions): Delivery {
  const { outbox, clock } = options;
  const inFlight = new Map<number, Promise<void>>();
  const stop = new AbortController();
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    if (stop.signal.aborted) return;
    const now = clock().getTime();
    for (const webhook of outbox.due(now, AT_ONCE + inFlight.size)) {
      if (inFlight.size >= AT_ONCE) break;
      if (!inFlight.has(webhook.seq)) send(webhook);
    }
    sleepUntilNext(now);
  }

  function send(webhook: QueuedWebhook): void {
    const done = attempt(webhook, options, stop.signal).finally(() => {
      inFlight.delete(webhook.seq);
      look();
    });
    inFlight.set(webhook.seq, done);
  }

  /** With something in flight, its end looks again. */
  function sleepUntilNext(now: number): void {
    if (timer !== null) clearTimeout(timer);
    const next = outbox.nextDueAt();
    if (next === null || (next <= now && inFlight.size > 0)) return;
    timer = setTimeout(look, Math.max(0, next - now));
  }

  const firstLook = setImmediate(look);
  return {
    wake: () => void setImmediate(look),
    close: async () => {
      clearImmediate(firstLook);
      if (timer !== null) clearTimeout(timer);
      stop.abort();
      await Promise.all(inFlight.values());
    },
  };
}

async function attempt(webhook: QueuedWebhook, options: DeliveryOptions, stop: AbortSignal): Promise<void> {
  const manners = MANNERS[webhook.vendor];
  const abort = new AbortController();
  const onStop = (): void => abort.abort();
  const timer = setTimeout(
    () => abort.abort(new DOMException('no answer', 'TimeoutError')),
    manners.timeoutMs,
  );
  stop.addEventListener('abort', onStop);
  try {
    const response = await fetch(`${options.target}${webhook.path}`, {
      method: 'POST',
      headers: attemptHeaders(webhook, options.secrets, options.clock()),
      body: webhook.body,
      signal: abort.signal,
    });
    const text = await response.text();
    const wantsRetry = manners.retriesOn(response.status) && !response.headers.has(NO_RETRY_HEADER);
    settle(webhook, options, `HTTP ${response.status}`, response.ok, wantsRetry);
    if (response.ok) options.answered?.(webhook.deliveryId, text);
  } catch (error) {
    if (stop.aborted) return;
    settle(webhook, options, isTimeout(error) ? 'timeout' : 'connection failed', false, true);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
  }
}

function settle(
  webhook: QueuedWebhook,
  options: DeliveryOptions,
  result: string,
  accepted: boolean,
  wantsRetry: boolean,
): void {
  const { outbox, clock, log } = options;
  if (accepted) return outbox.settle(webhook.seq, 'delivered', result);
  const wait = MANNERS[webhook.vendor].retryAfterMs[webhook.attempts];
  const fields = {
    vendor: webhook.vendor,
    deliveryId: webhook.deliveryId,
    result,
    attempt: webhook.attempts + 1,
  };
  if (!wantsRetry || wait === undefined) {
    log.warn(fields, 'webhook not accepted, given up');
    return outbox.settle(webhook.seq, 'failed', result);
  }
  log.debug(fields, 'webhook not accepted, will be tried again');
  return outbox.postpone(webhook.seq, clock().getTime() + wait, result);
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}
