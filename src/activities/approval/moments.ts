/** When who is told again about a request that waits. */
import type { ApprovalRequest, OverdueRequest, RequestMoments } from '../../domain/cycle.js';
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

/** Of requests whose deadline is over: when people are told, where their team does not work at `now`. By id; ISO 8601 UTC. */
export function tellableFrom(
  requests: readonly OverdueRequest[],
  now: Date,
): Readonly<Record<string, string>> {
  const later = requests.flatMap(({ approvalId, calendar }) => {
    const from = inWorkingTime(now.getTime(), calendar);
    return from === now.toISOString() ? [] : [[approvalId, from] as const];
  });
  return Object.fromEntries(later);
}

function inWorkingTime(at: number, calendar: WorkCalendar | undefined): string {
  const moment = new Date(at);
  return (calendar === undefined ? moment : nextWorkingTime(moment, calendar)).toISOString();
}
