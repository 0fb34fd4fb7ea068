/** Who may decide a request that was written down, and until when. */
import { decidersOf, type Person } from './approval.js';
import type { Approvers } from './policy.js';
import { type StoredCourse, storedCourse } from './request-course.js';

export interface StoredRequest {
  /** JSON list of ids, or `null` for any operator; null in rows from before it was kept. */
  readonly deciders: string | null;
  /** JSON list of ids. */
  readonly not_by: string;
  /** JSON `Approvers`. */
  readonly approvers: string;
}

/** As it was settled when the request was shown; null: any operator. Who asked for it is not among them. */
export function storedDeciders(
  { deciders, approvers, not_by }: StoredRequest,
  people: readonly Person[],
): readonly string[] | null {
  const all =
    deciders === null
      ? decidersOf(JSON.parse(approvers) as Approvers, people)
      : (JSON.parse(deciders) as readonly string[] | null);
  const excluded = excludedFrom({ not_by });
  return all === null ? null : all.filter((id) => !excluded.includes(id));
}

export function excludedFrom({ not_by }: Pick<StoredRequest, 'not_by'>): readonly string[] {
  return JSON.parse(not_by) as readonly string[];
}

export interface StoredDeadline extends StoredCourse {
  /** ISO 8601 UTC. */
  readonly deadline: string;
}

/** Was a decision of then made after the deadline? Where it is asked once more, it counts all the same. */
export function isAfterDeadline({ deadline }: Pick<StoredDeadline, 'deadline'>, madeAt: string): boolean {
  return Date.parse(madeAt) >= Date.parse(deadline);
}

/** Why a decision of then is certain to be refused, with or without a worker; null where it may count. */
export function whyTooLate(request: StoredDeadline, madeAt: string): string | null {
  const isOver = isAfterDeadline(request, madeAt) && storedCourse(request).onExpiry !== 'ask_again';
  return isOver
    ? `it expired at ${request.deadline}: nobody decided in time, and nothing is done. Do it by hand, or mention the agent there again`
    : null;
}
