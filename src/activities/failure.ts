/** The one place that decides which failures are tried again, how soon, and under which name they show. */
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { IntegrationError } from '../integrations/integration-error.js';

/** A vendor may ask for hours; a person should see the cycle move sooner. Milliseconds. */
const LONGEST_DELAY_MS = 15 * 60_000;

/**
 * - A vendor's failure keeps its classification: type `Integration.<service>.<code>`, the wait that the vendor asked
 *   for (at most 15 minutes), BENIGN for rate limits. One with an unknown outcome is tried again: writes look first.
 * - A value that does not fit its schema never will: not tried again.
 * - Anything else is tried again, with its cause.
 */
export function toActivityFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) {
    return error;
  }
  if (error instanceof IntegrationError) {
    return integrationFailure(error);
  }
  const cause = error instanceof Error ? error : undefined;
  const isSchemaError = cause?.name === 'ZodError' || cause?.name === '$ZodError';
  return ApplicationFailure.create({
    message: cause?.message ?? String(error),
    type: isSchemaError ? 'Activity.InvalidValue' : 'Activity.Unexpected',
    nonRetryable: isSchemaError,
    ...(cause === undefined ? {} : { cause }),
  });
}

function integrationFailure(error: IntegrationError): ApplicationFailure {
  return ApplicationFailure.create({
    message: error.message,
    type: `Integration.${error.service}.${error.code}`,
    nonRetryable: !error.retryable && !error.outcomeUnknown,
    details: [{ status: error.status, requestId: error.requestId, outcomeUnknown: error.outcomeUnknown }],
    cause: error,
    ...(error.retryAfterMs === null
      ? {}
      : { nextRetryDelay: Math.min(Math.max(error.retryAfterMs, 0), LONGEST_DELAY_MS) }),
    ...(error.code === 'rate_limit' ? { category: ApplicationFailureCategory.BENIGN } : {}),
  });
}

/** Wraps an activity so that whatever it throws leaves as `toActivityFailure` says; a cancellation stays one. */
export function guarded<A extends readonly unknown[], R>(
  activity: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await activity(...args);
    } catch (error) {
      if (error instanceof CancelledFailure) {
        throw error;
      }
      if (Context.current().cancellationSignal.aborted) {
        throw new CancelledFailure('cancelled while it ran', [], error instanceof Error ? error : undefined);
      }
      throw toActivityFailure(error);
    }
  };
}

/** The same failure, tried again after so long at the latest. */
export function soonerFailure(failure: ApplicationFailure, latestMs: number): ApplicationFailure {
  const { message, type, details, category, nextRetryDelay, cause } = failure;
  if (typeof nextRetryDelay !== 'number' || nextRetryDelay <= latestMs) {
    return failure;
  }
  return ApplicationFailure.create({
    message,
    nextRetryDelay: latestMs,
    ...(type === undefined || type === null ? {} : { type }),
    ...(details === undefined || details === null ? {} : { details: [...details] }),
    ...(category === undefined || category === null ? {} : { category }),
    ...(cause === undefined ? {} : { cause }),
  });
}
