/** Before an effect leaves: may it be at the vendor already, and is it? */
import { Context } from '@temporalio/activity';
import type { CycleInput } from '../domain/cycle.js';
import { SETTLED_AFTER_MS } from '../domain/effect.js';
import { type Restore, unknownUntil } from '../domain/restore.js';
import { type IntegrationError, isOutOfSight } from '../integrations/integration-error.js';
import type { Made } from './actions/executor.js';
import { isSettled } from './in-flight.js';

/** What may have been sent before. */
export interface Past {
  /** When the latest request may have left (ISO 8601); null where none can still be in work. */
  readonly sentUntil: string | null;
  /** False where it left so long ago that one look tells. */
  readonly mayAppearLate: boolean;
  /** In words for a person, for what is found. */
  readonly howFound: string;
}

export interface Attempt {
  readonly attempt: number;
  /** When another cycle of the same event may have sent one of this kind (ISO 8601); null where none did. */
  readonly sentBefore?: string | null;
  readonly earlierAttempt: boolean;
  readonly lastIntentAt: string | null;
}

/**
 * Null where nothing can have been sent: then the vendor is not asked. Otherwise an earlier attempt may have sent it; or,
 * for a change from before a restore, a cycle that the records do not know; or, for a change that only the sweep told of,
 * one whose records are gone; or, for an event that a person had tried again, its earlier cycle.
 */
export function pastOf(
  restored: Restore | null,
  cycle: Pick<CycleInput, 'event' | 'receivedAt' | 'origin'>,
  { attempt, earlierAttempt, lastIntentAt, sentBefore = null }: Attempt,
): Past | null {
  const unknown = unknownUntil(restored, cycle);
  const isRetry = earlierAttempt || attempt > 1 || lastIntentAt !== null;
  const mayBeAnothers = unknown !== null || cycle.origin !== undefined || sentBefore !== null;
  return isRetry || mayBeAnothers
    ? {
        sentUntil: later(later(lastIntentAt, unknown), sentBefore),
        mayAppearLate: isRetry,
        howFound: mayBeAnothers
          ? 'found at the vendor, where it was done before'
          : 'found from an earlier attempt',
      }
    : null;
}

/** Both ISO 8601 UTC. */
function later(left: string | null, right: string | null): string | null {
  return left !== null && right !== null && left < right ? right : (left ?? right);
}

export interface Looking {
  /** May the vendor show it late? The marker of its kind says so. */
  readonly appearsLate: boolean;
  readonly clock: () => Date;
  /** The waits between looks for what is shown late. */
  readonly againAfterMs: readonly number[];
}

/**
 * Looks for what was made: once, and where the vendor may show it late again after each of the waits, or once only where
 * looks take as long. Answers the failure where not all could be looked through: no other look would see more.
 */
export async function look(
  find: () => Promise<Made | null>,
  past: Past,
  looking: Looking,
): Promise<Made | null | IntegrationError> {
  try {
    return await lookAgain(find, past, looking);
  } catch (error) {
    if (isOutOfSight(error)) {
      return error;
    }
    throw error;
  }
}

async function lookAgain(
  find: () => Promise<Made | null>,
  { sentUntil, mayAppearLate }: Past,
  { appearsLate, clock, againAfterMs }: Looking,
): Promise<Made | null> {
  const now = clock();
  const lateUntil = now.getTime() + againAfterMs.reduce((sum, delay) => sum + delay, 0);
  let found = await find();
  const isFresh = sentUntil !== null && now.getTime() < Date.parse(sentUntil) + 2 * SETTLED_AFTER_MS;
  // Before it is settled nothing is sent whatever is found: one look will do, and no slot is held for more.
  const again = appearsLate && (mayAppearLate || isFresh) && isSettled(sentUntil, now);
  for (const delay of again ? againAfterMs : []) {
    if (found !== null) {
      return found;
    }
    await Context.current().sleep(delay);
    // One that begins when all the waits would be over sees what any later one would.
    const isLast = clock().getTime() >= lateUntil;
    found = await find();
    if (isLast) {
      return found;
    }
  }
  return found;
}
