/** When a request of an earlier attempt may still be in work at the vendor, and what ends that. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { SETTLED_AFTER_MS } from '../domain/effect.js';
import { IntegrationError } from '../integrations/integration-error.js';

/** May another request be sent, the latest one having left at `lastIntentAt` (null: none that could be in work)? */
export function isSettled(lastIntentAt: string | null, now: Date): boolean {
  return waitMs(lastIntentAt, now) <= 0;
}

/**
 * Throws where an earlier request may still be applied: the next attempt begins when that is over, and no worker slot
 * is held until then.
 */
export function assertSettled(lastIntentAt: string | null, now: Date): void {
  const wait = waitMs(lastIntentAt, now);
  if (wait <= 0) {
    return;
  }
  throw ApplicationFailure.create({
    type: 'Activity.MayBeInWork',
    message: `the vendor may still carry out the request of ${lastIntentAt ?? ''}: looking again in ${Math.ceil(wait / 1_000)} s before anything is repeated`,
    nextRetryDelay: wait,
    category: ApplicationFailureCategory.BENIGN,
  });
}

/** Never longer than the whole time, also where the clock was set back. */
function waitMs(lastIntentAt: string | null, now: Date): number {
  return lastIntentAt === null
    ? 0
    : Math.min(Date.parse(lastIntentAt) + SETTLED_AFTER_MS - now.getTime(), SETTLED_AFTER_MS);
}

/** True for an answer, or a failure to connect, after which the write cannot have been applied. */
export function provesNothingDone(error: unknown): boolean {
  return error instanceof IntegrationError && !error.outcomeUnknown;
}

/**
 * Fires when this attempt no longer counts (timed out, its worker stops). Not when a person cancels the cycle: then the
 * answer is waited for, so that the record says what was done.
 */
export function writeSignal(): AbortSignal {
  const context = Context.current();
  const controller = new AbortController();
  context.cancellationSignal.addEventListener('abort', () => {
    if (context.cancellationDetails?.cancelRequested !== true) {
      controller.abort(context.cancellationSignal.reason);
    }
  });
  return controller.signal;
}
