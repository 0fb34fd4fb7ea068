/** How well people watch over the agent: what they make of its requests, how fast, and whether they can have read them. */
import type { ActionKind } from './action.js';
import { ACTIONS } from './actions/index.js';
import type { RiskGrade } from './actions/row.js';
import { editDistance } from './edit-distance.js';

/** What became of a request. `closed` by something else (taken over, the cycle ended) is none of these and counts nowhere. */
export type RequestOutcome = 'clean' | 'edited' | 'rejected' | 'expired' | 'open';

export interface OverseenRequest {
  readonly kind: ActionKind;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  /** When what was decided on was last shown anew: until then nobody can have read it. */
  readonly shownAt: number;
  /** Null where nobody decided. */
  readonly decidedAt: number | null;
  /** How long of that its team worked, in milliseconds; of a team without a calendar all of it. Null where nobody decided. */
  readonly workedMs: number | null;
  readonly risk: RiskGrade;
  readonly outcome: RequestOutcome;
  /** What there was to read. */
  readonly shown: string;
  /** What was proposed before somebody edited it; null where nobody did. */
  readonly proposed: string | null;
}

/** A part of a whole; null where there is no whole to be a part of. */
export interface Share {
  readonly count: number;
  readonly of: number;
  readonly share: number | null;
}

/** What was proposed and then done. */
export interface DoneWork {
  readonly executed: number;
  /** Those of them that were taken back. */
  readonly undone: number;
}

export interface Latency {
  /** Seconds from the question to the decision, the shortest first. */
  readonly seconds: readonly number[];
  /** Null for none. Nearest rank: a value that was measured. */
  readonly p50: number | null;
  readonly p85: number | null;
}

export interface Oversight {
  /** Requests that were decided, as the others below count them. */
  readonly decided: number;
  /** By the wall clock. */
  readonly latency: Latency;
  /** By the calendar of the team: nights, weekends, holidays and blackout days do not count. */
  readonly workLatency: Latency;
  /** Approved, edited or not, over decided. */
  readonly accepted: Share;
  /** Over accepted. */
  readonly edited: Share;
  /** Approved as proposed, over decided. */
  readonly clean: Share;
  readonly rejected: Share;
  /** Over all that came to an end. */
  readonly expired: Share;
  /** Decided faster than what was shown last can be read, over decided. */
  readonly rubberStamps: Share;
  /** Taken back, over what was done, whether anybody was asked or not. */
  readonly undone: Share;
  /** Of those that were edited, how far the edit went on average, from 0 to 1; null where none was. */
  readonly editDistance: number | null;
  readonly edits: EditTrend;
  /** Approved as proposed, over decided, of those that can be undone and are not of grade G3. */
  readonly harmless: Share;
}

/** How far edits went on average, over all that were approved (nothing was changed: 0), in the earlier and the later half. */
export interface EditTrend {
  /** Null where a half has less than `ENOUGH`. */
  readonly earlier: number | null;
  readonly later: number | null;
}

/** Characters that a practised reader takes in a second, and the time that nobody decides well below. */
const READ_PER_SECOND = 25;
const SHORTEST_READING_SECONDS = 5;
/** Fewer than this are shown one by one: a percentile of them says nothing. */
export const ENOUGH = 5;

export function oversightOf(
  requests: readonly OverseenRequest[],
  { executed, undone }: DoneWork = { executed: 0, undone: 0 },
): Oversight {
  const count = (...outcomes: RequestOutcome[]) =>
    requests.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const decided = requests.filter(
    ({ outcome }) => outcome === 'clean' || outcome === 'edited' || outcome === 'rejected',
  );
  const accepted = count('clean', 'edited');
  const harmless = decided.filter(isHarmless);
  return {
    decided: decided.length,
    latency: latencyOf(decided.map(secondsTaken)),
    workLatency: latencyOf(decided.map(({ workedMs }) => (workedMs ?? 0) / 1_000)),
    accepted: shareOf(accepted, decided.length),
    edited: shareOf(count('edited'), accepted),
    clean: shareOf(count('clean'), decided.length),
    rejected: shareOf(count('rejected'), decided.length),
    expired: shareOf(count('expired'), decided.length + count('expired')),
    rubberStamps: shareOf(decided.filter(isRubberStamp).length, decided.length),
    undone: shareOf(undone, executed),
    editDistance: mean(requests.filter(({ outcome }) => outcome === 'edited').map(editOf)),
    edits: trendOf(requests.filter(({ outcome }) => outcome === 'clean' || outcome === 'edited')),
    harmless: shareOf(harmless.filter(({ outcome }) => outcome === 'clean').length, harmless.length),
  };
}

function latencyOf(taken: readonly number[]): Latency {
  const seconds = taken.toSorted((one, other) => one - other);
  return { seconds, p50: percentile(seconds, 50), p85: percentile(seconds, 85) };
}

function isHarmless({ kind, risk }: OverseenRequest): boolean {
  return ACTIONS[kind].inverse.reversible && risk !== 'G3';
}

/** Nearest rank, in whole numbers: `7 / 100 * 100` is more than seven. Null for no values. @param sorted the lowest first */
export function percentile(sorted: readonly number[], p: number): number | null {
  return sorted[Math.max(0, Math.ceil((p * sorted.length) / 100) - 1)] ?? null;
}

function secondsTaken({ askedAt, decidedAt }: OverseenRequest): number {
  return secondsFrom(askedAt, decidedAt);
}

/** A clock that was set back between the two took no time. */
function secondsFrom(from: number, decidedAt: number | null): number {
  return Math.max(0, ((decidedAt ?? from) - from) / 1_000);
}

function isRubberStamp(request: OverseenRequest): boolean {
  const reading = Math.max(SHORTEST_READING_SECONDS, request.shown.length / READ_PER_SECOND);
  return secondsFrom(request.shownAt, request.decidedAt) < reading;
}

/** Nothing was changed where nobody edited it. */
function editOf({ proposed, shown }: OverseenRequest): number {
  return proposed === null ? 0 : editDistance(proposed, shown);
}

/** In the order in which they were decided; the middle one of an odd number is left to the later half. */
function trendOf(accepted: readonly OverseenRequest[]): EditTrend {
  const inOrder = accepted.toSorted((one, other) => (one.decidedAt ?? 0) - (other.decidedAt ?? 0));
  const half = Math.floor(inOrder.length / 2);
  return half < ENOUGH
    ? { earlier: null, later: null }
    : { earlier: mean(inOrder.slice(0, half).map(editOf)), later: mean(inOrder.slice(half).map(editOf)) };
}

/** What one effect cost, all calls of the model counted; null where nothing was done. */
export function costPerEffect(cost: number, executed: number): number | null {
  return executed === 0 ? null : cost / executed;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;
}

function shareOf(count: number, of: number): Share {
  return { count, of, share: of === 0 ? null : count / of };
}
