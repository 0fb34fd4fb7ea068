/** A look that had to end before it saw all: "not there" would be a guess. */
import type { IntegrationService } from '../domain/effect.js';
import { IntegrationError, isOutOfSight, OUT_OF_SIGHT } from './integration-error.js';

/** @param what was looked through, as the subject of a sentence: "the comments of PAY-1" */
export function outOfSight(service: IntegrationService, what: string, most: number): IntegrationError {
  return new IntegrationError({
    service,
    message: `${what} are more than the ${most} that are looked through: what lies beyond them cannot be told`,
    code: OUT_OF_SIGHT,
    retryable: false,
  });
}

/** What carries the wanted mark, and what would do where nothing does. */
interface Candidates<T> {
  readonly own: T | undefined;
  readonly answering: T | undefined;
}

/**
 * The first that is `own` on any page, else the first that is `answering`: for that one all has to be seen, or what could
 * be. Null where neither is there; throws where that cannot be told.
 */
export async function firstOf<P, T>(
  pages: AsyncIterable<P>,
  candidatesOf: (page: P) => Candidates<T> | Promise<Candidates<T>>,
): Promise<T | null> {
  let best: T | null = null;
  try {
    for await (const page of pages) {
      const { own, answering } = await candidatesOf(page);
      if (own !== undefined) {
        return own;
      }
      best ??= answering ?? null;
    }
  } catch (error) {
    if (best === null || !isOutOfSight(error)) {
      throw error;
    }
  }
  return best;
}
