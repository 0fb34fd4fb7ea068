/** Local activities: short writes to the mirror, each idempotent. */

import { momentsOf } from './approval/moments.js';
import { openBreaker } from './breaker.js';
import { cardPlaces, placesToTell } from './card-places.js';
import type { RecordActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { currentRunId } from './step.js';

export function createRecordActivities(
  deps: Pick<ActivityDeps, 'mirror' | 'laneHolder' | 'policy' | 'output' | 'people' | 'teams' | 'acts'> &
    Partial<Pick<ActivityDeps, 'groups' | 'clock'>>,
): RecordActivities {
  const { mirror, laneHolder } = deps;
  return {
    async openApprovals({ askedAt, ...input }) {
      await mirror.openApprovals({
        ...input,
        placesOf: (cycle, request) => cardPlaces(deps, cycle, request),
      });
      return { moments: input.requests.map((request) => momentsOf(request, askedAt)) };
    },
    noteApproval: (input) => mirror.noteApproval({ ...input, tell: placesToTell(deps, input) }),
    settleApproval: (input) => mirror.settleApproval(input),
    parkCycle: ({ cycleId }) => mirror.parkCycle(cycleId),
    recordRefusal: (input) => mirror.recordRefusal(input),
    openBreaker: ({ cycle, over }) => openBreaker(deps, cycle, over, null),
    async claimLane({ cycleId, subject }) {
      await mirror.requestLane(cycleId);
      const lane = await laneHolder(subject);
      return lane?.holder === cycleId;
    },
    finishCycle: (input) => mirror.finishCycle({ ...input, runId: currentRunId() }),
  };
}
