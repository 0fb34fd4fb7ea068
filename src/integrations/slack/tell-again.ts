/** When to tell people something again that could not be told. */
import { IntegrationError } from '../integration-error.js';

const FIRST_MS = 1_000;
/** What a person has to correct first: a scope, an invitation to a channel. */
const FIRST_REFUSED_MS = 60_000;
const LONGEST_MS = 15 * 60_000;
const RATE_LIMIT_MS = 30_000;
/** A day of tries. */
const MOST_ATTEMPTS = 100;

export interface Retry {
  readonly code: string;
  readonly message: string;
  readonly delayMs: number;
  /** What else goes the same way would hear the same now. */
  readonly isLimit: boolean;
}

/** @param attempts made before the one that failed */
export function retryAfter(error: unknown, attempts: number): Retry {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof IntegrationError)) {
    return { code: 'unexpected', message, delayMs: grown(FIRST_REFUSED_MS, attempts), isLimit: false };
  }
  const { code, retryable, outcomeUnknown, retryAfterMs } = error;
  const first = retryable || outcomeUnknown ? FIRST_MS : FIRST_REFUSED_MS;
  const isRateLimit = code === 'rate_limit';
  return {
    code,
    message,
    delayMs: isRateLimit ? (retryAfterMs ?? RATE_LIMIT_MS) : grown(first, attempts),
    isLimit: isRateLimit,
  };
}

/** Nobody waits for it any more, and it was tried for long. */
export function isGivenUp(attempts: number): boolean {
  return attempts >= MOST_ATTEMPTS;
}

function grown(firstMs: number, attempts: number): number {
  return Math.min(firstMs * 2 ** Math.min(attempts, 20), LONGEST_MS);
}
