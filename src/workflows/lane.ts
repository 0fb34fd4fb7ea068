import { sleep } from '@temporalio/workflow';
import type { CycleInput } from '../domain/cycle.js';
import { record } from './activity-stubs.js';

/**
 * A cycle that waited gave its subject's lane back, and another may hold it now. Waits durably, holding no worker
 * slot, until the relay grants it again.
 */
export async function holdLane(input: CycleInput): Promise<void> {
  const subject = input.event.subject;
  for (
    let delayMs = 100;
    !(await record.claimLane({ cycleId: input.cycleId, subject }));
    delayMs = Math.min(delayMs * 2, 5_000)
  ) {
    await sleep(delayMs, { summary: 'waiting for the lane of this subject' });
  }
}
