import { setTimeout as sleep } from 'node:timers/promises';
import { describePause } from '../domain/pause.js';
import type { RecordActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';

const LOOK_EVERY_MS = 25;

/** Asks for the lane of the subject and answers whether it was granted, at the latest when the time is over. */
export function createClaimLane({
  mirror,
  laneHolder,
  pause,
}: Pick<ActivityDeps, 'laneHolder' | 'pause'> & {
  readonly mirror: Pick<ActivityDeps['mirror'], 'requestLane'>;
}): RecordActivities['claimLane'] {
  return async ({ cycleId, subject, withinMs = 0 }) => {
    await mirror.requestLane(cycleId);
    const until = performance.now() + withinMs;
    for (;;) {
      const lane = await laneHolder(subject);
      if (lane?.holder === cycleId) {
        const paused = pause();
        return paused === null ? true : { paused: describePause(paused) };
      }
      if (performance.now() >= until) {
        return false;
      }
      await sleep(LOOK_EVERY_MS);
    }
  };
}
