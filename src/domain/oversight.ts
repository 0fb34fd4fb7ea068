/** How well people watch over the agent: what they make of its requests, how fast, and whether they can have read them. */
import type { ActionKind } from './action.js';
import { editDistance } from './edit-distance.js';

/** What became of a request. `closed` by something else (taken over, the cycle ended) is none of these and counts nowhere. */
export type RequestOutcome = 'clean' | 'edited' | 'rejected' | 'expired' | 'open';

export interface OverseenRequest {
  readonly kind: ActionKind;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  /** Null where nobody decided. */
  readonly decidedAt: number | null;
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

export interface Latency {
  /** Seconds from the question to the decision, by the wall clock, the shortest first. */
  readonly seconds: readonly number[];
  /** Null for none. Nearest rank: a value that was measured. */
  readonly p50: number | null;
  readonly p85: number | null;
}

export interface Oversight {
  /** Requests that were decided, as the others below count them. */
  readonly decided: number;
  readonly latency: Latency;
  /** Approved, edited or not, over decided. */
  readonly accepted: Share;
  /** Over accepted. */
  readonly edited: Share;
  /** Approved as proposed, over decided. */
  readonly clean: Share;
  readonly rejected: Share;
  /** Over all that came to an end. */
  readonly expired: Share;
  /** Decided faster than what was shown can be read, over decided. */
  readonly rubberStamps: Share;
  /** Of those that were edited, how far the edit went on average, from 0 to 1; null where none was. */
  readonly editDistance: number | null;
}

/** Characters that a practised reader takes in a second, and the time that nobody decides well below. */
const READ_PER_SECOND = 25;
const SHORTEST_READING_SECONDS = 5;
/** Fewer than this are shown one by one: a percentile of them says nothing. */
export const ENOUGH = 5;

export function oversightOf(requests: readonly OverseenRequest[]): Oversight {
  const count = (...outcomes: RequestOutcome[]) =>
    requests.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const decided = requests.filter(
    ({ outcome }) => outcome === 'clean' || outcome === 'edited' || outcome === 'rejected',
  );
  const accepted = count('clean', 'edited');
  const seconds = decided.map(secondsTaken).toSorted((one, other) => one - other);
  return {
    decided: decided.length,
    latency: { seconds, p50: percentile(seconds, 50), p85: percentile(seconds, 85) },
    accepted: shareOf(accepted, decided.length),
    edited: shareOf(count('edited'), accepted),
    clean: shareOf(count('clean'), decided.length),
    rejected: shareOf(count('rejected'), decided.length),
    expired: shareOf(count('expired'), decided.length + count('expired')),
    rubberStamps: shareOf(decided.filter(isRubberStamp).length, decided.length),
    editDistance: meanEdit(requests),
  };
}

/** Nearest rank, in whole numbers: `7 / 100 * 100` is more than seven. Null for no values. @param sorted the lowest first */
export function percentile(sorted: readonly number[], p: number): number | null {
  return sorted[Math.max(0, Math.ceil((p * sorted.length) / 100) - 1)] ?? null;
}

/** A clock that was set back between the two took no time. */
function secondsTaken({ askedAt, decidedAt }: OverseenRequest): number {
  return Math.max(0, ((decidedAt ?? askedAt) - askedAt) / 1_000);
}

function isRubberStamp(request: OverseenRequest): boolean {
  const reading = Math.max(SHORTEST_READING_SECONDS, request.shown.length / READ_PER_SECOND);
  return secondsTaken(request) < reading;
}

function meanEdit(requests: readonly OverseenRequest[]): number | null {
  const distances = requests.flatMap(({ outcome, proposed, shown }) =>
    outcome === 'edited' && proposed !== null ? [editDistance(proposed, shown)] : [],
  );
  return distances.length === 0 ? null : distances.reduce((sum, one) => sum + one, 0) / distances.length;
}

function shareOf(count: number, of: number): Share {
  return { count, of, share: of === 0 ? null : count / of };
}

/** What is worth a second look, each as a sentence; none where all is well, or where too little is known. */
export function concernsOf(measured: Oversight): readonly string[] {
  return measured.decided < ENOUGH ? [] : CONCERNS.flatMap((concern) => concern(measured) ?? []);
}

const CONCERNS: readonly ((measured: Oversight) => string | null)[] = [
  ({ rubberStamps: { share } }) =>
    share !== null && share > 0.2
      ? `${percent(share)} were decided faster than they can be read: ask for less, or of fewer people at a time`
      : null,
  ({ rejected: { share } }) =>
    share !== null && share >= 0.2
      ? `${percent(share)} were rejected: suspend it (pm-agent autonomy demote), or look at what it is told`
      : null,
];

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
