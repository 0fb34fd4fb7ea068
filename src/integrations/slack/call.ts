/** One call of Slack's Web API. Retries and rate limits belong to the activity: the SDK is told to do neither. */
import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { z } from 'zod';
import type { AddressGuard } from '../address-guard.js';
import { beforeSending } from '../before-sending.js';
import { badReply, type Sent } from '../http-failure.js';
import type { Traffic } from '../traffic/traffic.js';
import { toSlackError } from './failure.js';
import { channelOfCall } from './limits.js';
import { namedCall, transport } from './transport.js';

export interface SlackOptions {
  /** `https://slack.com/api`, with or without a trailing slash. */
  readonly apiUrl: string;
  readonly botToken: string;
  /** Hosts that our messages may link to; none where not given. */
  readonly linkHosts?: readonly string[];
  /** Ids that our messages may mention; none where not given. */
  readonly mentions?: readonly string[];
  readonly timeoutMs?: number;
  /** Shared by all clients of the workspace. */
  readonly traffic?: Traffic;
  /** Looked at before each request. */
  readonly guard?: AddressGuard;
  /** As `beforeSending` has it. */
  readonly now?: () => number;
}

interface CallOptions {
  readonly write?: boolean;
  /** Ends the call, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export type SlackCall = <T>(
  method: string,
  args: Readonly<Record<string, unknown>>,
  schema: z.ZodType<T>,
  options?: CallOptions,
) => Promise<T>;

/** What every client of Slack calls through. */
export function createSlackCall(options: SlackOptions): SlackCall {
  const { guard, timeoutMs = 15_000 } = options;
  const client = new WebClient(options.botToken, {
    slackApiUrl: options.apiUrl.endsWith('/') ? options.apiUrl : `${options.apiUrl}/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    // A call that waits in the SDK's queue is begun by whichever call ends, and would leave under that one's name and signal.
    maxRequestConcurrency: Number.POSITIVE_INFINITY,
    allowAbsoluteUrls: false,
    logger: SILENT,
    fetch: transport,
  });
  return async (method, args, schema, { write = false, signal } = {}) => {
    const sent: Sent = { service: 'slack', method: 'POST', path: `/${method}`, write };
    const send = async () => {
      const timeout = AbortSignal.timeout(timeoutMs);
      await beforeSending({
        sent,
        guard,
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        now: options.now,
      }).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw error;
      });
      const { answer, requestId } = namedCall(() => client.apiCall(method, { ...args }), signal);
      return answer.catch((error: unknown) => {
        signal?.throwIfAborted();
        throw toSlackError(error, sent, requestId());
      });
    };
    const resource = channelOfCall(method, args);
    const answer = await (options.traffic?.pass({ sent, resource }, send) ?? send());
    const parsed = schema.safeParse(answer);
    if (!parsed.success) {
      const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole body').slice(0, 5);
      throw badReply(sent, `a body that does not fit at ${where.join(', ')}`);
    }
    return parsed.data;
  };
}

/** Failures are thrown and told by whoever called; the SDK's own logger would print them a second time. */
const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};
