/** What a failed Slack call means. Error codes: docs.slack.dev/reference/methods, "Errors". */
import { ErrorCode } from '@slack/web-api';
import { z } from 'zod';
import { badReply, connectionError, namedError, type Sent, statusError, tail } from '../http-failure.js';
import { IntegrationError } from '../integration-error.js';
import { adviceFor } from './advice.js';

const NOT_FOUND = new Set([
  'channel_not_found',
  'thread_not_found',
  'message_not_found',
  'user_not_found',
  'users_not_found',
]);

const AUTH = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'org_login_required',
  'two_factor_setup_required',
]);

/** The token counts, and may not do this. */
const FORBIDDEN = new Set([
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'access_denied',
  'ekm_access_denied',
]);

/** A form can be opened for three seconds after the click, once. */
const EXPIRED = new Set([
  'expired_trigger_id',
  'exchanged_trigger_id',
  'trigger_expired',
  'trigger_exchanged',
]);

/** Slack's own trouble: it may have posted all the same. */
const UNAVAILABLE = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'update_failed',
]);

/** The workspace or the channel is being moved: nothing is taken until that is over. */
const MOVING = new Set(['team_added_to_org', 'external_channel_migrating']);

const RATE_LIMITED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

const errorSchema = z.object({
  code: z.enum(ErrorCode),
  message: z.string(),
  data: z
    .object({
      error: z.string(),
      needed: z.string().optional(),
      response_metadata: z.object({ messages: z.array(z.string()).optional() }).optional(),
    })
    .optional(),
  retryAfter: z.number().optional(),
  statusCode: z.number().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  original: z.unknown().optional(),
});
type SlackFailure = z.infer<typeof errorSchema>;

/** The one translation from @slack/web-api's errors to ours. @param requestId what Slack calls the call; null where it gave no answer */
export function toSlackError(error: unknown, sent: Sent, requestId: string | null = null): IntegrationError {
  const parsed = errorSchema.safeParse(error);
  if (error instanceof IntegrationError) {
    return error;
  }
  if (!parsed.success) {
    return withoutCode(error, sent, requestId);
  }
  const { data: failure } = parsed;
  switch (failure.code) {
    case ErrorCode.PlatformError:
      return platformError(failure, sent, requestId, error);
    case ErrorCode.RateLimitedError:
      return rateLimited(sent, failure.retryAfter ?? null, requestId, error);
    case ErrorCode.HTTPError:
      return statusError(sent, failure.statusCode ?? 500, new Headers(failure.headers), null, requestId);
    case ErrorCode.RequestError:
      return requestError(failure.original, sent);
    case ErrorCode.FileUploadInvalidArgumentsError:
    case ErrorCode.FileUploadReadFileDataError:
      return connectionError(sent, error, false);
  }
}

/** The SDK has no error class of its own for a 429 whose Retry-After is missing or unreadable. */
function withoutCode(error: unknown, sent: Sent, requestId: string | null): IntegrationError {
  const unreadable429 = namedError(error).message.startsWith('Retry header did not contain');
  return unreadable429 ? rateLimited(sent, null, requestId, error) : connectionError(sent, error, false);
}

function requestError(original: unknown, sent: Sent): IntegrationError {
  const { name } = namedError(original);
  if (name === 'SyntaxError') {
    return badReply(sent, 'something that is no JSON', { cause: original });
  }
  const timedOut = /^(?:TimeoutError|AbortError)$/.test(name);
  return connectionError(sent, original, timedOut);
}

function rateLimited(
  sent: Sent,
  seconds: number | null,
  requestId: string | null,
  cause: unknown,
): IntegrationError {
  return new IntegrationError({
    service: 'slack',
    message: `slack answered 429 to ${sent.method} ${sent.path}`,
    status: 429,
    code: 'rate_limit',
    retryable: true,
    retryAfterMs: seconds === null ? null : seconds * 1_000,
    requestId,
    cause,
  });
}

function platformError(
  failure: SlackFailure,
  sent: Sent,
  requestId: string | null,
  cause: unknown,
): IntegrationError {
  const name = failure.data?.error ?? 'unknown_error';
  if (!/^[a-z0-9_.:-]{1,80}$/i.test(name)) {
    // The SDK puts a whole body that is no JSON where the code of an error stands.
    return badReply(sent, 'something that is no JSON', { requestId, cause });
  }
  if (RATE_LIMITED.has(name)) {
    return rateLimited(sent, null, requestId, cause);
  }
  const code = codeOf(name);
  const details = [...(failure.data?.response_metadata?.messages ?? []), neededScope(failure)].filter(
    Boolean,
  );
  return new IntegrationError({
    service: 'slack',
    message: `slack refused ${sent.method} ${sent.path}${tail([name, ...details].join(' '))}${adviceFor(name, code)}`,
    status: 200,
    code,
    retryable: code === 'unavailable',
    outcomeUnknown: UNAVAILABLE.has(name) && sent.write,
    requestId,
    vendorCode: name,
    cause,
  });
}

function neededScope(failure: SlackFailure): string {
  return failure.data?.needed === undefined ? '' : `needs the scope ${failure.data.needed}`;
}

function codeOf(name: string): string {
  if (AUTH.has(name)) {
    return 'auth';
  }
  if (FORBIDDEN.has(name)) {
    return 'forbidden';
  }
  if (NOT_FOUND.has(name)) {
    return 'not_found';
  }
  if (EXPIRED.has(name)) {
    return 'expired';
  }
  return UNAVAILABLE.has(name) || MOVING.has(name) ? 'unavailable' : 'invalid';
}
