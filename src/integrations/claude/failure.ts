/** What a call of the model that failed means. It changes nothing, so that every failure leaves a known outcome, save for what it cost. */
import { APIConnectionTimeoutError, APIError, APIUserAbortError } from '@anthropic-ai/sdk';
import {
  badReply,
  connectionError,
  meaningOf,
  namedError,
  type Sent,
  type StatusMeaning,
  statusError,
  tail,
} from '../http-failure.js';
import { IntegrationError, STALE_THINKING } from '../integration-error.js';

/** @param error what the SDK threw, or what `unreadable` made */
export function toClaudeError(error: unknown, sent: Sent): IntegrationError {
  if (error instanceof IntegrationError) {
    return error;
  }
  if (namedError(error).name === 'SyntaxError') {
    return badReply(sent, 'JSON that breaks off, or is none', { status: 200, retryable: true });
  }
  if (!(error instanceof APIError) || error.status === undefined) {
    const timedOut = error instanceof APIConnectionTimeoutError || error instanceof APIUserAbortError;
    return connectionError(sent, error, timedOut);
  }
  const status: number = error.status;
  const headers = error.headers instanceof Headers ? error.headers : new Headers();
  const said = [error.type, error.apiMessage].filter(Boolean).join(' ');
  const failure = statusError(
    sent,
    status,
    headers,
    said === '' ? null : said,
    error.requestID ?? null,
    isAboutThinking(status, said) ? THINKING_REFUSED : claudeMeaning(status, headers),
  );
  return status === 404 && sent.path === MESSAGES ? misconfigured(failure, NO_MODEL) : failure;
}

/** Where a message is asked for. */
export const MESSAGES = '/v1/messages';

/** The settings that name models. */
const MODELS = 'ANTHROPIC_MODEL, ANTHROPIC_MODEL_TRIAGE and ANTHROPIC_MODEL_HARD';
const NO_MODEL = `the model is not there, or not for this account: check ${MODELS}, and the path of ANTHROPIC_BASE_URL`;
const ALL_REFUSED = `whatever is asked is refused, not this one question: check ${MODELS}, and what stands at ANTHROPIC_BASE_URL`;

/** Who waits for a setting asks again this soon, so that the first answer is for all. */
const AGAIN_AFTER_MS = 15_000;

/** Not about what was asked: it waits, as where the key is refused, until a person changes a setting. */
function misconfigured(failure: IntegrationError, advice: string): IntegrationError {
  return new IntegrationError({
    service: failure.service,
    message: `${failure.message} (${advice})`,
    status: failure.status,
    code: 'forbidden',
    retryable: false,
    retryAfterMs: failure.retryAfterMs ?? AGAIN_AFTER_MS,
    requestId: failure.requestId,
    refusesAll: true,
  });
}

/**
 * A refusal (400, 422) may be about this one question, or about all that is asked: a schema or a header that a gateway does not
 * know. @param isTakenElse is a question of nothing taken? Not asked where the status says enough
 */
export async function asMeant(
  failure: IntegrationError,
  isTakenElse: () => Promise<boolean>,
): Promise<IntegrationError> {
  const mayBeOfAll = failure.code === 'invalid' && [400, 422].includes(failure.status ?? 0);
  return mayBeOfAll && !(await isTakenElse()) ? misconfigured(failure, ALL_REFUSED) : failure;
}

/**
 * As for every vendor, but: what was in conflict (409), too early (425) or given up on the way (499) is asked again; an
 * account without credit (402) refuses everything, until a person pays; and what the API itself wants asked again is
 * (`x-should-retry: true`, which its SDKs obey). Its `false` is about the next seconds: a wait of ours takes minutes.
 */
function claudeMeaning(status: number, headers: Headers): StatusMeaning {
  const meaning = OF_CLAUDE[status] ?? meaningOf(status);
  return headers.get('x-should-retry') === 'true' ? { ...meaning, retryable: true } : meaning;
}

/**
 * A thinking block that is given back is refused where something before it is not what it was, or where it is not as it came
 * (platform.claude.com/docs, preserved thinking and troubleshooting thinking). Each of these sentences begins with its place and names
 * its kind in backticks; the first is about a prefix that changed:
 * "messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation. …",
 * "messages.1.content.0: Invalid `signature` in `thinking` block",
 * "messages.3.content.8: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. …".
 */
function isAboutThinking(status: number, said: string): boolean {
  return status === 400 && /messages\.\d+\.content\.\d+\S*:.*`(?:redacted_)?thinking`/s.test(said);
}

const THINKING_REFUSED: StatusMeaning = { code: STALE_THINKING, retryable: false, maybeApplied: false };

const AGAIN = { retryable: true, maybeApplied: false };
const OF_CLAUDE: Readonly<Record<number, StatusMeaning>> = {
  402: {
    code: 'forbidden',
    retryable: false,
    maybeApplied: false,
    advice: 'the account of ANTHROPIC_API_KEY has no credit left',
  },
  409: { code: 'conflict', ...AGAIN },
  425: { code: 'unavailable', ...AGAIN },
  499: { code: 'unavailable', ...AGAIN },
};

/**
 * An answer with status 200 that is no message. A page is a proxy's, as a 502 would be: the API was not reached. Everything
 * else may have been paid, and is worth one more try.
 * @param answer what the SDK made of the body: a text where the content type is not JSON
 */
export function unreadable(answer: unknown, sent: Sent, requestId: string | null): IntegrationError {
  if (typeof answer === 'string' && !EVENT_STREAM.test(answer)) {
    return new IntegrationError({
      service: sent.service,
      message: `something that is not the Messages API answered ${sent.method} ${sent.path}${tail(withoutTags(answer))} (check ANTHROPIC_BASE_URL and the proxies on the way)`,
      status: 200,
      code: 'unavailable',
      retryable: true,
      requestId,
    });
  }
  const what =
    typeof answer === 'string' ? 'a stream that was not asked for' : 'something that is no message';
  return badReply(sent, what, { status: 200, requestId, retryable: true });
}

const EVENT_STREAM = /^\s*(?:event|data|id|retry)?:/;

/** What a person would read of a page. */
function withoutTags(page: string): string {
  return page.replace(/<(style|script)[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ');
}
