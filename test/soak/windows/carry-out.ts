/** One effect to its end, by the product's own activity and with its own waits; Temporal's part is to try again. */
import { setTimeout as wait } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import type { ActivityDeps } from '../../../src/activities/index.js';
import { inActivity } from '../effects/in-activity.js';
import type { Effect } from '../effects/ledger.js';

/** Of the activity's retries (src/workflows/activity-stubs.ts). */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** Writes the effect down as planned, as an activity before this one does. */
export async function recordPlan({ mirror }: ActivityDeps, { cycle, planned }: Effect): Promise<void> {
  await mirror.startCycle(cycle, `run-${cycle.cycleId}`);
  const step = { name: 'plan', attempt: 1, startedAt: new Date().toISOString(), detail: {} } as const;
  await mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: [planned] });
}

/** Tries until it has ended. */
export async function carryOut(deps: ActivityDeps, effect: Effect): Promise<void> {
  const { cycle, planned } = effect;
  const activity = guarded(createExecuteAction(deps));
  for (let n = 1; effect.ended === null; n += 1) {
    effect.attempts = n;
    try {
      effect.ended = await inActivity({ activityId: planned.actionId, attempt: n }, () =>
        activity({ cycle, planned }),
      );
    } catch (error) {
      await wait(retryMs(error, n));
    }
  }
}

function retryMs(error: unknown, attempt: number): number {
  const asked = error instanceof ApplicationFailure ? error.nextRetryDelay : null;
  return typeof asked === 'number' ? asked : Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS);
}
