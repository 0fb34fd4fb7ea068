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

/** How often one kind of work is tried besides waits, and how long it rests between: doubled from the first to the longest. Milliseconds. */
export interface Patience {
  readonly tries: number;
  readonly firstMs: number;
  readonly longestMs: number;
}

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

/** Less than the attempts by the waits among them; all of them where the mirror does not say. */
async function triesOf(mirror: Waits, key: string): Promise<number> {
  const waits = await mirror.waitsOf(key).catch(() => 0);
  return Math.max(Context.current().info.attempt - waits, 1);
}

/**
 * The failure as it is tried again: after the wait that was asked for, else doubled with each real try. Temporal's own doubling counts
 * waits as well: after some dozens of them one hiccup would be waited out as if it were the last of many.
 */
async function toTryAgain(
  mirror: Waits,
  key: string,
  error: unknown,
  { firstMs, longestMs }: Patience,
): Promise<ApplicationFailure> {
  const failure = isRefusal(error) ? named(error, { nonRetryable: false }) : toActivityFailure(error);
  if (failure.nonRetryable === true || typeof failure.nextRetryDelay === 'number') {
    return failure;
  }
  const nextRetryDelay = Math.min(firstMs * 2 ** ((await triesOf(mirror, key)) - 1), longestMs);
  return named(error, { nonRetryable: false, nextRetryDelay });
}

/** An activity that Temporal tries for ever, and that ends by itself after so many tries besides waits. */
export function withPatience<I, R>(
  mirror: Waits,
  patience: Patience,
  keyOf: (input: I) => string,
  activity: (input: I) => Promise<R>,
): (input: I) => Promise<R> {
  return async (input) => {
    const key = keyOf(input);
    await assertNotSpent(mirror, key, patience.tries);
    try {
      return await activity(input);
    } catch (error) {
      throw await judged(mirror, key, error, patience);
    }
  };
}

/** What leaves instead of this error; how the try ended is noted. */
async function judged(
  mirror: Waits,
  key: string,
  error: unknown,
  patience: Patience,
): Promise<ApplicationFailure> {
  if (isWait(error) || isStandingBack(error)) {
    await note(mirror, key);
  } else if (await isLastTry(mirror, key, error, patience.tries)) {
    return named(error, { nonRetryable: true });
  } else if (isUnreadable(error)) {
    await note(mirror, unreadableKey(key));
  }
  return toTryAgain(mirror, key, error, patience);
}

/** The failure under its own name, with another word on whether it is tried again, and when. */
function named(
  error: unknown,
  again: { readonly nonRetryable: boolean; readonly nextRetryDelay?: number },
): ApplicationFailure {
  const { message, type, details, category, nextRetryDelay } = toActivityFailure(error);
  return ApplicationFailure.create({
    message,
    ...(type === undefined || type === null ? {} : { type }),
    ...(details === undefined || details === null ? {} : { details: [...details] }),
    ...(category === undefined || category === null ? {} : { category }),
    ...(nextRetryDelay === undefined || nextRetryDelay === null ? {} : { nextRetryDelay }),
    ...(error instanceof Error ? { cause: error } : {}),
    ...again,
  });
}
