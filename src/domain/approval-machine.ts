/**
 * How a request for approval goes on: pure steps from one state to the next. The workflow's gate applies them in the order of
 * its history, so that whoever comes first wins; who may take which step, approval-rules.ts says.
 */
import type { Drift } from './actions/standing.js';
import type { Decider, HumanDecision, SettledStatus } from './approval.js';
import type { Decidable } from './approval-rules.js';
import type { ShownAction } from './cycle.js';
import { isSameRule, type UnderRule } from './same-rule.js';

/** One request, whole. */
export interface OpenRequest extends Decidable {
  readonly planned: ShownAction;
}

export interface Words {
  readonly reason?: string | null | undefined;
  readonly note?: string | null | undefined;
}

export function opened(approvalId: string, planned: ShownAction, deadline: number): OpenRequest {
  const { actionId, hash, needed = 1 } = planned;
  return {
    planned,
    deadline,
    also: [],
    state: {
      approvalId,
      actionId,
      hash,
      status: 'pending',
      decidedBy: null,
      decidedAt: null,
      reason: null,
      note: null,
      ...(needed > 1 ? { needed } : {}),
    },
  };
}

export function settledAs<R extends OpenRequest>(
  request: R,
  status: SettledStatus,
  by: Decider | null,
  words: Words,
  at: string,
): R {
  const { drill } = request.planned;
  return {
    ...request,
    state: {
      ...request.state,
      status,
      decidedBy: by,
      decidedAt: at,
      reason: words.reason ?? null,
      note: words.note ?? null,
      ...(drill === undefined ? {} : { drill }),
    },
  };
}

/** Counts one person's approval of what stands there; the last one that is needed settles it. */
export function approvedBy<R extends OpenRequest>(request: R, by: Decider, words: Words, at: string): R {
  const { needed = 1, given = [] } = request.state;
  if (needed <= 1) {
    return settledAs(request, 'approved', by, words, at);
  }
  const all = [...given.filter((one) => one.by.id !== by.id), { by, at, note: words.note ?? null }];
  const counted = { ...request, state: { ...request.state, given: all } };
  return all.length < needed ? counted : settledAs(counted, 'approved', by, words, at);
}

/** Another rule has people of its own: whom the former one went on to has no say in it. The same where nothing changes. */
export function withOwnPeople<R extends OpenRequest>(request: R, written: UnderRule): R {
  return request.also.length > 0 && !isSameRule(request.planned, written)
    ? { ...request, also: [] }
    : request;
}

/** What would be done is something else now: who approved the former approved nothing of this. A drill stays one. */
export function edited<R extends OpenRequest>(request: R, written: ShownAction): R {
  const { needed = 1 } = written;
  const { drill } = request.planned;
  const planned: ShownAction = drill === undefined ? written : { ...written, drill };
  const { given: _, needed: __, ...state } = request.state;
  return { ...request, planned, state: { ...state, hash: planned.hash, ...(needed > 1 ? { needed } : {}) } };
}

/** The target changed: what was decided does not hold for it, and the same people are asked again. */
export function reopened<R extends OpenRequest>(
  request: R,
  planned: ShownAction,
  drift: readonly Drift[],
  deadline: number,
): R {
  const { given: _, snoozedUntil: __, ...state } = request.state;
  return {
    ...request,
    planned,
    deadline,
    state: {
      ...state,
      hash: planned.hash,
      status: 'reopened',
      decidedBy: null,
      decidedAt: null,
      reason: null,
      note: null,
      drift,
    },
  };
}

export function asked<R extends OpenRequest>(request: R, { by, note }: HumanDecision, at: string): R {
  const { questions = [] } = request.state;
  const question = { question: note ?? '', by, at, answer: null };
  return { ...request, state: { ...request.state, questions: [...questions, question] } };
}

export function answered<R extends OpenRequest>(request: R, index: number, answer: string): R {
  const questions = (request.state.questions ?? []).map((one, n) => (n === index ? { ...one, answer } : one));
  return { ...request, state: { ...request.state, questions } };
}

export function snoozed<R extends OpenRequest>(request: R, until: string): R {
  return { ...request, state: { ...request.state, snoozedUntil: until } };
}

/** Nobody decided for so long: these may, too. */
export function widened<R extends OpenRequest>(request: R, people: readonly string[]): R {
  return { ...request, also: [...new Set([...request.also, ...people])] };
}

/**
 * Nobody decided until the deadline: everybody whom the rule lets decide at some time is asked once more, until another
 * one; who comes after the deciders only where the rule says after how long.
 */
export function askedAgain<R extends OpenRequest>(request: R, deadline: number): R {
  const { backups = [], escalation = [], waits } = request.planned;
  const { snoozedUntil: _, ...state } = request.state;
  const second = waits?.secondApproverAfterMs === undefined ? [] : backups;
  const all = [...second, ...escalation.flatMap(({ deciders }) => deciders)];
  return { ...widened(request, all), state, deadline };
}
