/** Tries that a vendor only made us wait do not count against the work: how many others there were, and what ends them. */
import { ApplicationFailure, Context, log } from '@temporalio/activity';
import { isRefusal, isUnreadable, isWait } from '../integrations/integration-error.js';
import type { ActivityDeps } from './dependencies.js';
import { toActivityFailure } from './failure.js';
import { isStandingBack } from './from-before-restore.js';

/** Of what refuses us: a quarter of a minute, in which the vendor's circuit opens where it refuses everything. */
export const REFUSED_TRIES = 5;
/** Of a question that the model answers with what cannot be read: so many such answers. */
const UNREADABLE_TRIES = 2;

type Waits = Pick<ActivityDeps['mirror'], 'recordWait' | 'waitsOf'>;

/** What cannot be noted is no reason to hang: a wait counts as a try then, and what cannot be read as any other failure. */
async function note(mirror: Waits, key: string): Promise<void> {
  await mirror
    .recordWait(key)
    .catch((cause: unknown) => log.warn('how a try ended could not be noted', { key, cause }));
}

/** Under which answers that cannot be read are counted, beside the waits. */
function unreadableKey(key: string): string {
  return `${key}/unreadable`;
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

/**
 * Is this failure the end of it? Of answers that cannot be read only those before it count: what failed for another reason in
 * between says nothing about them.
 */
export async function isLastTry(mirror: Waits, key: string, error: unknown, most: number): Promise<boolean> {
  if (isUnreadable(error) && (await mirror.waitsOf(unreadableKey(key))) + 1 >= UNREADABLE_TRIES) {
    return true;
  }
  return isOutOfTries(mirror, key, isRefusal(error) ? REFUSED_TRIES : most);
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
        await note(mirror, key);
        throw isRefusal(error) ? named(error, { nonRetryable: false }) : error;
      }
      if (await isLastTry(mirror, key, error, most)) {
        throw named(error, { nonRetryable: true });
      }
      if (isUnreadable(error)) {
        await note(mirror, unreadableKey(key));
      }
      throw isRefusal(error) ? named(error, { nonRetryable: false }) : error;
    }
  };
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
