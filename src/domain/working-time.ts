/** How much of a time a team works: for what is measured in working hours. */
import { clocksChange, isWorkingTime, MINUTES_A_DAY, type WorkCalendar } from './work-calendar.js';

/** First and last millisecond (the last one excluded) since the epoch of a stretch without a break. */
export type WorkSpan = readonly [number, number];

const MINUTE_MS = 60_000;

/** The stretches of work from `from` to `to`, in order, cut to them. One look for each hour, so that a year takes milliseconds. */
export function workSpans(calendar: WorkCalendar, from: number, to: number): readonly WorkSpan[] {
  const works = (at: number) => isWorkingTime(new Date(at), calendar);
  const step = stepOf(calendar);
  const spans: WorkSpan[] = [];
  let since: number | null = works(from) ? from : null;
  for (let at = from; at < to; at += step) {
    const hour = { before: at, after: Math.min(to, at + step), isWork: since !== null };
    for (const turn of turnsIn(hour, calendar.timezone, works)) {
      if (since !== null) {
        spans.push([since, turn]);
      }
      since = since === null ? turn : null;
    }
  }
  return since === null || since >= to ? spans : [...spans, [since, to]];
}

/** Milliseconds. Neither work nor rest of less than an hour must fall between two looks. */
function stepOf({ from, to }: WorkCalendar): number {
  const work = to - from;
  const rest = MINUTES_A_DAY - work;
  return Math.max(1, Math.min(60, work, rest === 0 ? 60 : rest)) * MINUTE_MS;
}

interface Stretch {
  readonly before: number;
  readonly after: number;
  /** Is `before` work? */
  readonly isWork: boolean;
}

/** When work begins or ends after `before`, up to `after`. Where the clocks change in between, that can be more than once. */
function turnsIn(
  { before, after, isWork }: Stretch,
  timezone: string,
  works: (at: number) => boolean,
): readonly number[] {
  if (!clocksChange(before, after, timezone)) {
    return works(after) === isWork ? [] : [turnBetween({ before, after, isWork }, works)];
  }
  const minutes = Array.from(
    { length: Math.ceil(after / MINUTE_MS) - Math.floor(before / MINUTE_MS) },
    (_, n) => Math.min(after, (Math.floor(before / MINUTE_MS) + n + 1) * MINUTE_MS),
  );
  const isWorkAt = minutes.map(works);
  return minutes.filter((_, n) => isWorkAt[n] !== (isWorkAt[n - 1] ?? isWork));
}

/** The whole minute at which work begins or ends, between two moments of which one is work and the other is not. */
function turnBetween({ before, after, isWork }: Stretch, works: (at: number) => boolean): number {
  let low = Math.floor(before / MINUTE_MS);
  let high = Math.ceil(after / MINUTE_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (works(middle * MINUTE_MS) === isWork) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return Math.min(after, high * MINUTE_MS);
}

/** Milliseconds of work between two moments; `spans` have to cover both. */
export function workedMs(spans: readonly WorkSpan[], from: number, to: number): number {
  return spans.reduce((sum, [start, end]) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0);
}
