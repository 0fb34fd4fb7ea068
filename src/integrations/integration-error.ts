import type { IntegrationService } from '../domain/effect.js';

/** Every failure of a vendor call, already classified by the only place that knows the vendor. */
export class IntegrationError extends Error {
  override readonly name = 'IntegrationError';
  readonly service: IntegrationService;
  /** HTTP status; null where no answer came (DNS, refused, reset, timeout). */
  readonly status: number | null;
  /** Dotted family under the service: `rate_limit`, `auth` (credentials refused), `forbidden` (these may not), `not_found`, `invalid`, `conflict`, `unavailable`, `network`, `timeout`, `bad_reply`, `out_of_sight`. */
  readonly code: string;
  readonly retryable: boolean;
  /** How long the vendor asked us to wait; null where it did not say. Milliseconds. */
  readonly retryAfterMs: number | null;
  readonly requestId: string | null;
  /** True when the request may have been applied although no answer came: look before repeating a write. */
  readonly outcomeUnknown: boolean;
  /** The vendor's word for which of its limits was reached (Jira's `RateLimit-Reason`); null where it gave none. */
  readonly limitReason: string | null;
  /** The vendor's own name for the failure (Slack's `thread_not_found`); null where it has none. */
  readonly vendorCode: string | null;
  /** True when nothing was sent: the vendor had asked to be left alone. */
  readonly heldBack: boolean;
  /** True when no connection was made, so that nothing left. */
  readonly neverLeft: boolean;
  /** True where the vendor refuses everything by now, so that this says nothing of what was asked. */
  readonly refusesAll: boolean;

  constructor(fields: {
    service: IntegrationService;
    message: string;
    status?: number | null;
    code: string;
    retryable: boolean;
    retryAfterMs?: number | null;
    requestId?: string | null;
    outcomeUnknown?: boolean;
    limitReason?: string | null;
    vendorCode?: string | null;
    heldBack?: boolean;
    neverLeft?: boolean;
    refusesAll?: boolean;
    cause?: unknown;
  }) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.service = fields.service;
    this.status = fields.status ?? null;
    this.code = fields.code;
    this.retryable = fields.retryable;
    this.retryAfterMs = fields.retryAfterMs ?? null;
    this.requestId = fields.requestId ?? null;
    this.outcomeUnknown = fields.outcomeUnknown ?? false;
    this.limitReason = fields.limitReason ?? null;
    this.vendorCode = fields.vendorCode ?? null;
    this.heldBack = fields.heldBack ?? false;
    this.neverLeft = fields.neverLeft ?? false;
    this.refusesAll = fields.refusesAll ?? false;
  }
}

/** Did the vendor only make us wait? Such an attempt says nothing about the work, and does not count against its tries. */
export function isWait(error: unknown): boolean {
  return (
    error instanceof IntegrationError && (error.heldBack || error.refusesAll || error.code === 'rate_limit')
  );
}

/** The same refusal, of a vendor that refuses everything. */
export function asOneOfAll(refusal: IntegrationError): IntegrationError {
  return Object.assign(new IntegrationError(refusal), { refusesAll: true });
}

/** The code of a 400 about a thinking block that the request gave back (claude/failure.ts). */
export const STALE_THINKING = 'stale_thinking';

/** Does the model not take back what it thought, because something before it changed? The same request would be refused again. */
export function isThinkingRefused(error: unknown): boolean {
  return error instanceof IntegrationError && error.code === STALE_THINKING;
}

/** Did the model answer what cannot be read? It may have been paid, and the same question mostly gets the same: one more try. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof IntegrationError && error.service === 'claude' && error.code === 'bad_reply';
}

/**
 * May the model have answered, and have been paid, although nothing readable came back? Not where it refused, failed by its own
 * account, or was never reached; a gateway that gave up waiting says nothing of what stood behind it.
 */
export function mayBePaid(error: unknown): boolean {
  if (!(error instanceof IntegrationError) || error.heldBack || error.neverLeft) {
    return false;
  }
  const { code, status, outcomeUnknown } = error;
  const isAnswerLost = status === null && (code === 'timeout' || code === 'network');
  return outcomeUnknown || isAnswerLost || code === 'bad_reply' || status === 504;
}

/**
 * Did the vendor refuse us, and not what we asked? That may be about one thing only, or about everything: a few more tries
 * tell, because refusals in a row open the circuit, and the work waits then.
 */
export function isRefusal(error: unknown): error is IntegrationError {
  return error instanceof IntegrationError && (error.code === 'auth' || error.code === 'forbidden');
}

/** Nothing left, because it would have left too late. The same may leave another time. */
export function notSent(service: IntegrationService, why: string): IntegrationError {
  return new IntegrationError({
    service,
    message: `${why}, and nothing was sent to ${service}`,
    code: 'timeout',
    retryable: true,
    neverLeft: true,
  });
}

/** The code of a look that had to end before it saw all (out-of-sight.ts). */
export const OUT_OF_SIGHT = 'out_of_sight';

/** Had the look to end before it saw all? What it did not find may be there all the same. */
export function isOutOfSight(error: unknown): error is IntegrationError {
  return error instanceof IntegrationError && error.code === OUT_OF_SIGHT;
}

/**
 * "Not there" of something whose place may be hidden from us just as well: vendors say the same of what is gone and of what
 * may not be seen. @param what is to be taken back, as the subject of a sentence
 */
export function cannotBeSeen({ service, message }: IntegrationError, what: string): IntegrationError {
  return new IntegrationError({
    service,
    message: `${what} cannot be seen, and whether it is gone cannot be told: ${message}. Let the agent see it and ask again, or take it back by hand`,
    code: OUT_OF_SIGHT,
    retryable: false,
  });
}

/** Does the vendor say that the thing is not there (any more)? Slack says so with 200 and a name of its own. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof IntegrationError &&
    (error.code === 'not_found' || error.status === 404 || error.status === 410)
  );
}

/** What a vendor answers; null where it does not know the thing (any more). Every other failure is thrown on. */
export function orGone<T>(asked: Promise<T>): Promise<T | null> {
  return orNull(asked, isGone);
}

/** What a vendor answers; null where it fails as `isIt` tells. Every other failure is thrown on. */
export async function orNull<T>(
  asked: Promise<T>,
  isIt: (failure: IntegrationError) => boolean,
): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof IntegrationError && isIt(error)) {
      return null;
    }
    throw error;
  }
}
