/** Local activities: short writes to the mirror, each idempotent. */

import { createAnswerAsker } from './answer-asker.js';
import { toAwaited } from './approval/awaited.js';
import { momentsOf, tellableFrom } from './approval/moments.js';
import { proofOf } from './approval/prove-decision.js';
import { signalSentAt } from './approval/signal-sent-at.js';
import { createTellExpired } from './approval/tell-expired.js';
import { noteLapse } from './autonomy.js';
import { openBreaker } from './breaker.js';
import { cardPlaces, placesToTell } from './card-places.js';
import { createClaimLane } from './claim-lane.js';
import type { RecordActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { createNoteUnanalysed } from './note-unanalysed.js';
import { currentRunId } from './step.js';
import { createTellAllDenied } from './tell-all-denied.js';
import { createTellOverBudget } from './tell-over-budget.js';
import { unknownTold } from './tell-unknown.js';

type RecordDeps = Pick<
  ActivityDeps,
  | 'mirror'
  | 'laneHolder'
  | 'decidedInTime'
  | 'recordedDecision'
  | 'policy'
  | 'output'
  | 'people'
  | 'teams'
  | 'acts'
  | 'agent'
  | 'pages'
  | 'clock'
  | 'pause'
> &
  Partial<Pick<ActivityDeps, 'groups' | 'autonomy'>>;

/** What code tells people of an event that the model gave no decision on, or one of which nothing is let go. */
function createNotices(
  deps: RecordDeps,
): Pick<RecordActivities, 'noteUnanalysed' | 'tellAllDenied' | 'tellOverBudget' | 'answerAsker'> {
  return {
    noteUnanalysed: createNoteUnanalysed(deps),
    tellAllDenied: createTellAllDenied(deps),
    tellOverBudget: createTellOverBudget(deps),
    answerAsker: createAnswerAsker(deps),
  };
}

export function createRecordActivities(deps: RecordDeps): RecordActivities {
  const { mirror } = deps;
  return {
    async openApprovals({ askedAt, ...input }) {
      await mirror.openApprovals({
        ...input,
        placesOf: (cycle, request) => cardPlaces(deps, cycle, request),
      });
      return { moments: input.requests.map((request) => momentsOf(request, askedAt)) };
    },
    async noteApproval({ askedAt, ...input }) {
      await mirror.noteApproval({
        ...input,
        tell: placesToTell(deps, input),
        // Others have to approve too: after an edit under another rule they may be people who have no card yet.
        ...(input.what === 'counted' ? { placesOf: (cycle) => cardPlaces(deps, cycle, input) } : {}),
      });
      return askedAt === undefined ? undefined : momentsOf(input, askedAt);
    },
    async decisionsOnTheirWay({ requests }) {
      const onTheirWay = deps.decidedInTime(requests.map((request) => toAwaited(request, deps.people)));
      const later = tellableFrom(requests, deps.clock());
      return Object.keys(later).length === 0 ? onTheirWay : { onTheirWay, tellableFrom: later };
    },
    proveDecision: async (input) => proofOf(input, deps.recordedDecision(input.updateId), deps.people),
    signalSentAt,
    async settleApproval(input) {
      await mirror.settleApproval(input);
      const { status, approvalId, actionId } = input.state;
      if (status === 'rejected') {
        await noteLapse(deps, 'rejection', { id: approvalId, actionId });
      }
    },
    ...createNotices(deps),
    parkCycle: ({ cycleId, waitsFor }) => mirror.parkCycle(cycleId, waitsFor),
    recordRefusal: (input) => mirror.recordRefusal(input),
    openBreaker: ({ cycle, over }) => openBreaker(deps, cycle, over, null),
    tellExpired: createTellExpired(deps),
    claimLane: createClaimLane(deps),
    finishCycle: (input) =>
      mirror.finishCycle({
        ...input,
        runId: currentRunId(),
        tellOfLeft: (left, message) => unknownTold(deps, left, message),
      }),
  };
}
