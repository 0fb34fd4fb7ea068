/**
 * Cycles that ran before a restore run on in Temporal, also those that the restored databases know nothing of. Their
 * changes are found again and answered by cycles of today; a cycle of yesterday only goes on where the lanes, as they
 * were restored, say that it holds its subject. All others are ended by the API (inbox/after-restore).
 */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { CycleInput } from '../domain/cycle.js';
import type { ActivityDeps } from './dependencies.js';

/** Doubled with each try: such a try counts as a wait, so that an API that is started hours late finds the cycle still there. */
const AGAIN_AFTER_MS = 60_000;
const AGAIN_AFTER_AT_MOST_MS = 3_600_000;

const STANDS_BACK = 'Activity.FromBeforeRestore';

/** Did the step not begin because its cycle stands back? */
export function isStandingBack(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === STANDS_BACK;
}

type FenceDeps = Pick<ActivityDeps, 'restored' | 'laneHolder'>;

/** Wraps the activities of a step: none of them begins for a cycle that has to stand back. */
export function createStandBack(deps: FenceDeps) {
  return <I, R>(cycleOf: (input: I) => CycleInput, activity: (input: I) => Promise<R>) =>
    async (input: I): Promise<R> => {
      await assertMayGoOn(deps, cycleOf(input));
      return activity(input);
    };
}

/** Lanes that cannot be read are no leave to go on. */
async function assertMayGoOn({ restored, laneHolder }: FenceDeps, cycle: CycleInput): Promise<void> {
  if (restored === null || cycle.fence >= restored.fenceFloor) {
    return;
  }
  const lane = await laneHolder(cycle.event.subject);
  if (lane?.holder !== cycle.cycleId) {
    throw ApplicationFailure.create({
      type: STANDS_BACK,
      message: `this cycle was begun before the restore of ${restored.at} and stands back: what it answers is answered anew`,
      nextRetryDelay: pauseAfter(Context.current().info.attempt),
      category: ApplicationFailureCategory.BENIGN,
    });
  }
}

function pauseAfter(attempt: number): number {
  return Math.min(AGAIN_AFTER_MS * 2 ** (attempt - 1), AGAIN_AFTER_AT_MOST_MS);
}
