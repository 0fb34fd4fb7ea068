/** What time alone does to requests that wait: what nobody decided expires, of the rest somebody is told. */
import { patched } from '@temporalio/workflow';
import type { AtDeadline } from '../activities/contract.js';
import { isOpen } from '../domain/approval.js';
import * as machine from '../domain/approval-machine.js';
import type { OverdueRequest } from '../domain/cycle.js';
import { record } from './activity-stubs.js';
import type { RequestLedger } from './request-ledger.js';
import { lookedAt, toOverdue, type Waiting } from './waiting-request.js';

/** Twice as long before each further look: an hour and a half in all, in which the outbox offers a decision again and again. */
const FIRST_LOOK_AFTER_MS = 5_000;
const MOST_LOOKS = 10;

/**
 * Does what is due, at once: what waited for a turn here would come behind the next timer, in another order than in histories
 * from before this. Answers those that end now unless somebody decided in time.
 */
export function letTimePass(requests: RequestLedger): readonly Waiting[] {
  const now = Date.now();
  const over: Waiting[] = [];
  for (const one of requests.pending()) {
    if (one.request.deadline > now) {
      tell(requests, one, now);
    } else if (!patched('decided-in-time-counts')) {
      reachDeadline(requests, one, now);
    } else if (lookedAt(one) <= now) {
      over.push(one);
    }
  }
  return over;
}

function tell(requests: RequestLedger, one: Waiting, now: number): void {
  const due = one.moments.filter(({ at }) => at <= now);
  one.moments = one.moments.filter(({ at }) => at > now);
  const further = due.filter(({ kind }) => kind !== 'remind');
  if (further.length > 0) {
    const { backups = [] } = one.request.planned;
    const people = further.flatMap((moment) => moment.people ?? backups);
    requests.move(one, machine.widened(one.request, people));
    requests.note(one, 'second_approver', null, { asked: one.request.also });
  } else if (due.length > 0) {
    requests.note(one, 'reminded', null, {});
  }
}

/**
 * A person who decided in time decided: where their decision was recorded and could not be brought here yet (no worker ran, or
 * its edit is still being judged), the end waits for it. Whoever decides now is too late all the same.
 */
export async function endOrHold(requests: RequestLedger, over: readonly Waiting[]): Promise<void> {
  const { onTheirWay, tellableFrom } = readAtDeadline(
    await record.decisionsOnTheirWay({ requests: over.map(withCalendar) }),
  );
  const now = Date.now();
  // One may have come while it was looked for.
  for (const one of over.filter(({ request }) => isOpen(request.state.status))) {
    const { approvalId } = one.request.state;
    if (onTheirWay.includes(approvalId) && one.looks < MOST_LOOKS) {
      one.lookAgainAt = now + FIRST_LOOK_AFTER_MS * 2 ** one.looks;
      one.looks += 1;
    } else {
      reachDeadline(requests, one, Math.max(now, Date.parse(tellableFrom[approvalId] ?? '') || now));
    }
  }
}

function withCalendar(one: Waiting): OverdueRequest {
  const { calendar } = one.request.planned;
  return { ...toOverdue(one), ...(isAskedAgain(one) && calendar !== undefined ? { calendar } : {}) };
}

function readAtDeadline(found: readonly string[] | AtDeadline): AtDeadline {
  return 'onTheirWay' in found ? found : { onTheirWay: found, tellableFrom: {} };
}

function isAskedAgain({ request, askedAgain }: Waiting): boolean {
  return request.planned.onExpiry === 'ask_again' && !askedAgain;
}

/**
 * Absence of a decision is never approval: it expires, or the same question is asked once more. Then it waits as long again from
 * when people are told of it: a night would use up the wait of those who are asked in the morning.
 */
function reachDeadline(requests: RequestLedger, one: Waiting, toldFrom: number): void {
  if (!isAskedAgain(one) || !patched('asked-again-at-the-deadline')) {
    requests.settle(one, 'expired', null, { reason: 'nobody decided in time' });
    return;
  }
  one.askedAgain = true;
  one.moments = [];
  requests.move(one, machine.askedAgain(one.request, toldFrom + one.waitMs));
  requests.noteAskedAnew(one, 'asked_again', null, { asked: one.request.also }, toldFrom);
}
