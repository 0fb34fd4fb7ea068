/** What becomes of a decision that waits for a worker, where the request's deadline may come first. */
import { type DecisionKind, endsRequest } from '../domain/approval.js';
import { atTheDeadline } from '../domain/request-course.js';
import { isAfterDeadline } from '../domain/stored-request.js';
import { member } from './api-client.js';
import { when } from './table.js';
import type { ApprovalView } from './views.js';

type Waits = Pick<ApprovalView, 'deadline' | 'onExpiry'>;

/** @param answer the API's, with 202; one from before it said when the decision was made is taken as in time */
export function tellRecorded(decision: DecisionKind, { deadline, onExpiry }: Waits, answer: unknown): string {
  const madeAt = member(answer, 'madeAt');
  const until = `the deadline of ${when(deadline)} UTC`;
  if (typeof madeAt === 'string' && isAfterDeadline({ deadline }, madeAt)) {
    return `Recorded, after ${until}: when a worker runs the request is asked once more, and this counts for that.`;
  }
  const recorded = 'Recorded; it is applied as soon as a worker runs.';
  return endsRequest(decision)
    ? `${recorded} It was made before ${until}, so it counts also where that is over by then.`
    : `${recorded} But ${until} does not wait for it: ${thenOf(onExpiry)}.`;
}

function thenOf(onExpiry: Waits['onExpiry']): string {
  return onExpiry === 'ask_again'
    ? 'the request is asked once more then, and this counts for that'
    : `after it this comes too late; ${atTheDeadline(onExpiry)}`;
}
