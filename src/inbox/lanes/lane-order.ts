/** Which of a subject's waiting events is answered, and what becomes of the others. Pure. */
import { type EventType, isWholeState } from '../../domain/event.js';

export interface Waiting {
  readonly seq: number;
  readonly cycleId: string;
  readonly eventType: EventType;
  /** By the vendor's clock, epoch milliseconds; null where it does not say. */
  readonly occurredMs: number | null;
  /** By ours. */
  readonly arrivedMs: number;
}

/** The newest event of the subject that a completed cycle answered. */
export interface Answered {
  readonly answeredMs: number | null;
  readonly answeredBy: string | null;
}

export interface Order {
  /** The one that is answered: the newest by the vendor's clock, whatever the order of arrival. Null for none. */
  readonly leader: (Waiting & { readonly isLate: boolean }) | null;
  /** What the leader's cycle answers too. */
  readonly older: readonly Waiting[];
  /** What the cycle that answered a newer event has seen already: it read the subject after this happened. */
  readonly late: readonly Waiting[];
}

/**
 * Vendors promise no order: what happened first can arrive last. An old change of state that comes after a newer event
 * was answered tells nothing new and folds into that cycle; an old comment or message still wants its answer, and its
 * cycle is told that it is late.
 */
export function orderWaiting(waiting: readonly Waiting[], answered: Answered): Order {
  const isLate = (row: Waiting) =>
    answered.answeredMs !== null && row.occurredMs !== null && row.occurredMs < answered.answeredMs;
  const late = waiting.filter((row) => isLate(row) && isWholeState(row.eventType));
  const open = waiting.filter((row) => !late.includes(row));
  const leader = open.reduce<Waiting | null>(
    (newest, row) => (newest === null || isNewer(row, newest) ? row : newest),
    null,
  );
  return {
    leader: leader === null ? null : { ...leader, isLate: isLate(leader) },
    older: open.filter((row) => row !== leader),
    late,
  };
}

/**
 * Arrival decides between equals, and stands in where the vendor names no time. Between two that name none their order
 * says who came last: our clock may have been set back in between.
 */
function isNewer(row: Waiting, other: Waiting): boolean {
  const difference = row.occurredMs === null && other.occurredMs === null ? 0 : timeOf(row) - timeOf(other);
  return difference === 0 ? row.seq > other.seq : difference > 0;
}

function timeOf(row: Waiting): number {
  return row.occurredMs ?? row.arrivedMs;
}
