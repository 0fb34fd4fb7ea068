import { sleep } from '@temporalio/workflow';
import type { CycleInput } from '../domain/cycle.js';
import { record } from './activity-stubs.js';

/**
 * The relay grants a free lane within a tenth of a second. A timer for that would fire up to a second late (Temporal's
 * `history.timerProcessorMaxTimeShift`), and whoever approved waits for the effect.
 */
const GRANTED_SOON_MS = 500;

/**
 * A cycle that waited gave its subject's lane back, and another may hold it now. Waits durably until the relay grants it
 * again, and but for the first moment without holding a worker slot.
 */
export async function holdLane(input: CycleInput): Promise<void> {
  const { cycleId } = input;
  const { subject } = input.event;
  let isHeld = await record.claimLane({ cycleId, subject, withinMs: GRANTED_SOON_MS });
  for (let delayMs = 100; !isHeld; delayMs = Math.min(delayMs * 2, 5_000)) {
    await sleep(delayMs, { summary: 'waiting for the lane of this subject' });
    isHeld = await record.claimLane({ cycleId, subject });
  }
}
