import type { CycleInput } from '../../domain/cycle.js';
import type { PmEvent } from '../../domain/event.js';
import type { ClaimedRow, CycleRows } from '../cycle-rows.js';

const MOST_ANSWERED = 20;
/** Of JSON: the input stays far below Temporal's warning at 256 KB, and histories stay small. */
const ANSWERED_LIMIT = 96 * 1024;

/**
 * What the workflow of a claimed row gets. A row that leads also carries the events that folded into it: the newest
 * that fit, oldest first.
 */
export function cycleInputOf(row: ClaimedRow, rows: CycleRows, approvalTimeoutMs: number): CycleInput {
  return {
    cycleId: row.cycleId,
    eventId: row.id,
    event: JSON.parse(row.event) as PmEvent,
    receivedAt: row.receivedAt,
    fence: row.fence,
    coalescedInto: row.coalescedInto,
    newerAnswered: row.newerAnswered,
    ...(row.origin === 'reconcile' ? { origin: row.origin } : {}),
    shownStatus: row.coalescedInto === null ? 'running' : 'coalesced',
    alsoAnswers: row.coalescedInto === null ? alsoAnswers(row.cycleId, rows) : [],
    approvalTimeoutMs,
  };
}

function alsoAnswers(cycleId: string, rows: CycleRows): CycleInput['alsoAnswers'] {
  const answered: { eventId: string; event: PmEvent }[] = [];
  let size = 0;
  for (const { eventId, event } of rows.foldedInto(cycleId, MOST_ANSWERED)) {
    size += event.length;
    if (size > ANSWERED_LIMIT) {
      break;
    }
    answered.push({ eventId, event: JSON.parse(event) as PmEvent });
  }
  return answered.reverse();
}
