import type { IntegrationService } from '../domain/effect.js';
import { IntegrationError } from './integration-error.js';

const MESSAGE_LIMIT = 300;

/** What every failure of one request is told from. */
export interface Sent {
  readonly service: IntegrationService;
  readonly method: string;
  /** Below the base URL, without the query. */
  readonly path: string;
  /** False for reads, those with a body among them: then nothing can have been applied. */
  readonly write: boolean;
}

export interface StatusMeaning {
  readonly code: string;
  readonly retryable: boolean;
  /** May a write have been applied although this came back? */
  readonly maybeApplied: boolean;
  /** What to look at; left out: the token, where that was refused. */
  readonly advice?: string;
}

/** The one table from HTTP status to what it means for us. */
export function meaningOf(status: number): StatusMeaning {
  if (status >= 500) {
    return { code: 'unavailable', retryable: true, maybeApplied: true };
  }
  switch (status) {
    case 401:
      return { code: 'auth', retryable: false, maybeApplied: false };
    case 403:
      return { code: 'forbidden', retryable: false, maybeApplied: false };
    case 404:
    case 410:
      return { code: 'not_found', retryable: false, maybeApplied: false };
    case 408:
      return { code: 'timeout', retryable: true, maybeApplied: true };
    case 409:
      return { code: 'conflict', retryable: false, maybeApplied: false };
    case 429:
      return { code: 'rate_limit', retryable: true, maybeApplied: false };
    default:
      return { code: 'invalid', retryable: false, maybeApplied: false };
  }
}

/** An answer that is no success. `said` is the vendor's own sentence, where one was found. */
export function statusError(
  sent: Sent,
  status: number,
  headers: Headers,
  said: string | null,
  requestId: string | null,
  meaning: StatusMeaning = meaningOf(status),
): IntegrationError {
  const { code, retryable, maybeApplied, advice = adviceFor(sent.service, code) } = meaning;
  return new IntegrationError({
    service: sent.service,
    message: `${sent.service} answered ${status} to ${sent.method} ${sent.path}${tail(said)}${advice === null ? '' : ` (${advice})`}`,
    status,
    code,
    retryable,
    // When a quota is counted anew says nothing of how long a vendor is away.
    retryAfterMs: code === 'rate_limit' ? retryAfterOf(headers) : askedWaitOf(headers),
    requestId,
    outcomeUnknown: maybeApplied && sent.write,
    limitReason: headers.get('ratelimit-reason'),
  });
}

/**
 * Answered as to nobody, because the credentials do not count: refused, whatever the status. Where nobody may write too, a
 * write can have been taken, in nobody's name. @param why the vendor's word
 */
export function notRecognised(
  sent: Sent,
  status: number,
  why: string,
  requestId: string | null,
): IntegrationError {
  const mayBeTaken = status < 300 || meaningOf(status).maybeApplied;
  return new IntegrationError({
    service: sent.service,
    message: `${sent.service} refused the credentials (${why}) and answered ${status} to ${sent.method} ${sent.path} as to nobody (${adviceFor(sent.service, 'auth') ?? ''})`,
    status: 401,
    code: 'auth',
    retryable: false,
    requestId,
    outcomeUnknown: sent.write && mayBeTaken,
  });
}

function adviceFor(service: IntegrationService, code: string): string | null {
  const isRefused = code === 'auth' || code === 'forbidden';
  return isRefused ? `check the ${service} token and its permissions` : null;
}

/** One line, capped, without control characters: it stands in logs, in the audit and before people. */
export function tail(said: string | null): string {
  const line = said?.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim() ?? '';
  return line === '' ? '' : `: ${line.slice(0, MESSAGE_LIMIT)}`;
}

/** As asked, else until Jira's `X-RateLimit-Reset` (ISO 8601); null where neither is usable. Milliseconds. */
export function retryAfterOf(headers: Headers, now: number = Date.now()): number | null {
  return askedWaitOf(headers, now) ?? untilTime(headers.get('x-ratelimit-reset'), now);
}

/** `retry-after-ms`, else Retry-After as seconds or HTTP date; null where none is usable. Milliseconds. */
function askedWaitOf(headers: Headers, now: number = Date.now()): number | null {
  const milliseconds = headers.get('retry-after-ms');
  if (milliseconds !== null && /^\d{1,12}(?:\.\d+)?$/.test(milliseconds.trim())) {
    return Math.round(Number(milliseconds));
  }
  const asked = headers.get('retry-after')?.trim() ?? null;
  if (asked !== null && /^\d{1,9}(?:\.\d+)?$/.test(asked)) {
    return Math.round(Number(asked) * 1_000);
  }
  return untilTime(asked, now);
}

function untilTime(time: string | null, now: number): number | null {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Failures before a connection stood: the request cannot have reached the vendor. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);

/** OpenSSL's names for a certificate that is not believed: the handshake ends before the request. */
const CERTIFICATE = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/;

/** What to set so that it is believed, by vendor. */
const BASE_URLS: { readonly [S in IntegrationService]: string } = {
  jira: 'JIRA_BASE_URL',
  bitbucket: 'BITBUCKET_BASE_URL',
  slack: 'SLACK_API_URL',
  claude: 'ANTHROPIC_BASE_URL',
  mcp: 'JIRA_MCP_URL',
};

/** Trying again changes no certificate: a person has to. */
function certificateError(sent: Sent, code: string, cause: unknown): IntegrationError {
  return new IntegrationError({
    service: sent.service,
    message: `the certificate of ${sent.service} is not believed (${code}), so nothing was sent; check ${BASE_URLS[sent.service]}, have the certificate renewed, or name your own authority's file in NODE_EXTRA_CA_CERTS`,
    code: 'certificate',
    retryable: false,
    cause,
  });
}

function isNeverSent(code: string): boolean {
  return NEVER_SENT.has(code);
}

/** No answer came: DNS, refused, reset, TLS, timeout. */
export function connectionError(sent: Sent, error: unknown, timedOut: boolean): IntegrationError {
  const cause = causeOf(error);
  if (CERTIFICATE.test(cause.code)) {
    return certificateError(sent, cause.code, error);
  }
  return new IntegrationError({
    service: sent.service,
    message: `${sent.service} gave no answer to ${sent.method} ${sent.path}${tail(timedOut ? 'timed out' : cause.message)}`,
    code: timedOut ? 'timeout' : 'network',
    retryable: true,
    outcomeUnknown: sent.write && !isNeverSent(cause.code),
    neverLeft: isNeverSent(cause.code),
    cause: error,
  });
}

interface Named {
  readonly name: string;
  readonly message: string;
  readonly code: string;
}

/** An error by its shape: `instanceof` fails between realms, and fetch's errors come from Node's own. */
export function namedError(error: unknown): Named {
  const { name, message, code } = Object(error) as Readonly<Record<string, unknown>>;
  return {
    name: typeof name === 'string' ? name : '',
    message: typeof message === 'string' ? message : String(error),
    code: typeof code === 'string' ? code : '',
  };
}

/** fetch hides the reason (`ECONNREFUSED`) in the cause of its `TypeError: fetch failed`, at times two causes deep. */
export function causeOf(error: unknown): Named {
  let innermost: unknown = error;
  for (let depth = 0; depth < 5; depth++) {
    const named = namedError(innermost);
    const { cause } = Object(innermost) as { readonly cause?: unknown };
    if (named.code !== '' || cause === undefined) {
      return named.code === '' ? named : { ...named, message: named.code };
    }
    innermost = cause;
  }
  return namedError(error);
}

/** An answer came, but none that can be read. A write may have been applied all the same. */
export function badReply(
  sent: Sent,
  what: string,
  details: {
    readonly status?: number;
    readonly requestId?: string | null;
    readonly cause?: unknown;
    /** May the same request be answered well the next time? Left out: no. */
    readonly retryable?: boolean;
  } = {},
): IntegrationError {
  return new IntegrationError({
    service: sent.service,
    message: `${sent.service} answered ${sent.method} ${sent.path} with ${what}`,
    status: details.status ?? null,
    code: 'bad_reply',
    retryable: details.retryable ?? false,
    requestId: details.requestId ?? null,
    outcomeUnknown: sent.write,
    ...(details.cause === undefined ? {} : { cause: details.cause }),
  });
}
