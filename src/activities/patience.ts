/** Tries that a vendor only made us wait do not count against the work: how many others there were, and what ends them. */
import { ApplicationFailure, Context, log } from '@temporalio/activity';
import { isRefusal, isUnreadable, isWait } from '../integrations/integration-error.js';
import type { ActivityDeps } from './dependencies.js';
import { toActivityFailure } from './failure.js';
import { isStandingBack } from './from-before-restore.js';

/** Of what refuses us: a quarter of a minute, in which the vendor's circuit opens where it refuses everything. */
export const REFUSED_TRIES = 5;
/** Of a question that the model answers with what cannot be read. */
export const UNREADABLE_TRIES = 2;

type Waits = Pick<ActivityDeps['mirror'], 'recordWait' | 'waitsOf'>;

/** What cannot be noted counts as a try: work must not hang on that. */
async function noteWait(mirror: Waits, key: string): Promise<void> {
  await mirror
    .recordWait(key)
    .catch((cause: unknown) => log.warn('a wait could not be noted', { key, cause }));
}

/** Were there so many tries besides waits? The mirror is asked only once there were as many attempts. */
export async function isOutOfTries(mirror: Waits, key: string, most: number): Promise<boolean> {
  const { attempt, retryPolicy } = Context.current().info;
  // Of activities that were scheduled while Temporal still counted by itself; 0 is its word for no limit.
  if (attempt >= (retryPolicy?.maximumAttempts || Number.POSITIVE_INFINITY)) {
    return true;
  }
  return attempt >= most && attempt - (await mirror.waitsOf(key)) >= most;
}

/** Attempts that killed their worker had no word of their own: those before this one may have been as many as there may be. */
async function assertNotSpent(mirror: Waits, key: string, most: number): Promise<void> {
  const before = Context.current().info.attempt - 1;
  if (before >= most && before - (await mirror.waitsOf(key)) >= most) {
    throw ApplicationFailure.create({
      type: 'Activity.OutOfTries',
      message: `given up: none of ${most} tries came to its end, as where each of them kills its worker`,
      nonRetryable: true,
    });
  }
}

/** An activity that Temporal tries for ever, and that ends by itself after `most` tries besides waits. */
export function withPatience<I, R>(
  mirror: Waits,
  most: number,
  keyOf: (input: I) => string,
  activity: (input: I) => Promise<R>,
): (input: I) => Promise<R> {
  return async (input) => {
    const key = keyOf(input);
    await assertNotSpent(mirror, key, most);
    try {
      return await activity(input);
    } catch (error) {
      if (isWait(error) || isStandingBack(error)) {
        await noteWait(mirror, key);
        throw error;
      }
      if (await isOutOfTries(mirror, key, triesOf(error, most))) {
        throw named(error, { nonRetryable: true });
      }
      throw isRefusal(error) ? named(error, { nonRetryable: false }) : error;
    }
  };
}

function triesOf(error: unknown, most: number): number {
  if (isUnreadable(error)) {
    return UNREADABLE_TRIES;
  }
  return isRefusal(error) ? REFUSED_TRIES : most;
}

/** The failure under its own name, with another word on whether it is tried again. */
function named(error: unknown, { nonRetryable }: { readonly nonRetryable: boolean }): ApplicationFailure {
  const { message, type, details } = toActivityFailure(error);
  return ApplicationFailure.create({
    message,
    nonRetryable,
    ...(type === undefined || type === null ? {} : { type }),
    ...(details === undefined || details === null ? {} : { details: [...details] }),
    ...(error instanceof Error ? { cause: error } : {}),
  });
}
