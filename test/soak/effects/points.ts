/** Where a worker that carries out effects can be killed: before and after each thing that a crash could tear apart. */
import type { MirrorWriter } from '../../../src/audit/mirror.js';

export const POINTS = [
  'before_intent',
  'after_intent',
  'before_note',
  'after_note',
  'before_write',
  'during_write',
  'after_write',
  'before_result',
  'after_result',
] as const;
export type Point = (typeof POINTS)[number];

/** Called with the action whose step reached the point; the step goes on when it is answered. */
export type Reached = (point: Point, actionId: string) => void | Promise<void>;

/** The mirror with its points: the ledger's intent, its note that a request leaves, and its result. */
export function withPoints<M extends MirrorWriter>(mirror: M, reached: Reached): M {
  return {
    ...mirror,
    recordIntent: around(mirror.recordIntent.bind(mirror), 'before_intent', 'after_intent', reached),
    markInFlight: around(mirror.markInFlight.bind(mirror), 'before_note', 'after_note', reached),
    recordResult: around(mirror.recordResult.bind(mirror), 'before_result', 'after_result', reached),
  };
}

function around<I extends { readonly actionId: string }, R>(
  call: (input: I) => Promise<R>,
  before: Point,
  after: Point,
  reached: Reached,
): (input: I) => Promise<R> {
  return async (input) => {
    await reached(before, input.actionId);
    const result = await call(input);
    await reached(after, input.actionId);
    return result;
  };
}

/**
 * `fetch` with the points of a write: before it leaves, while it is under way, once it is answered.
 * @param actionOf the action that this call writes for; null for a call that is no write
 * @param underWayMs how long it has been under way at `during_write`
 */
export function fetchWithPoints(
  fetch: typeof globalThis.fetch,
  actionOf: (method: string, url: string) => string | null,
  reached: Reached,
  underWayMs: number,
): typeof globalThis.fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
    const actionId = actionOf(method, url);
    if (actionId === null) {
      return fetch(input, init);
    }
    await reached('before_write', actionId);
    const answer = fetch(input, init);
    setTimeout(() => void reached('during_write', actionId), underWayMs);
    const answered = await answer;
    await reached('after_write', actionId);
    return answered;
  };
}
