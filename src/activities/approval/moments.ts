/** When who is told again about a request that waits. */
import type { ApprovalRequest, RequestMoments } from '../../domain/cycle.js';
import { MOST_REMINDERS } from '../../domain/request-course.js';
import { nextWorkingTime, type WorkCalendar } from '../../domain/work-calendar.js';

/** Nobody is disturbed outside working hours: what falls there waits for the next morning. Nothing comes at or after the deadline. */
export function momentsOf(
  { approvalId, planned, deadline }: ApprovalRequest,
  askedAt: string,
): RequestMoments {
  const { remindAfterMs, secondApproverAfterMs } = planned.waits ?? {};
  const after = (ms: number) => inWorkingTime(Date.parse(askedAt) + ms, planned.calendar);
  const inTime = (moment: string) => Date.parse(moment) < Date.parse(deadline);
  const reminders =
    remindAfterMs === undefined
      ? []
      : Array.from({ length: MOST_REMINDERS }, (_, n) => after(remindAfterMs * (n + 1)));
  const second = secondApproverAfterMs === undefined ? null : after(secondApproverAfterMs);
  const steps = (planned.escalation ?? [])
    .map(({ afterMs, deciders }) => ({ at: after(afterMs), people: deciders }))
    .filter(({ at, people }) => inTime(at) && people.length > 0);
  return {
    approvalId,
    remindAt: [...new Set(reminders)].filter(inTime),
    secondAt: second !== null && inTime(second) ? second : null,
    ...(steps.length === 0 ? {} : { steps }),
  };
}

function inWorkingTime(at: number, calendar: WorkCalendar | undefined): string {
  const moment = new Date(at);
  return (calendar === undefined ? moment : nextWorkingTime(moment, calendar)).toISOString();
}
