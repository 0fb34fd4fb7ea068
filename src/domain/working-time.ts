/** How much of a time a team works: for what is measured in working hours. */
import { isWorkingTime, type WorkCalendar } from './work-calendar.js';

/** First and last millisecond (the last one excluded) since the epoch of a stretch without a break. */
export type WorkSpan = readonly [number, number];

const MINUTE_MS = 60_000;

/** The stretches of work from `from` to `to`, in order, cut to them. One look for each hour, so that a year takes milliseconds. */
export function workSpans(calendar: WorkCalendar, from: number, to: number): readonly WorkSpan[] {
  // Work of less than an hour must not fall between two looks.
  const step = Math.max(1, Math.min(60, calendar.to - calendar.from)) * MINUTE_MS;
  const works = (at: number) => isWorkingTime(new Date(at), calendar);
  const spans: WorkSpan[] = [];
  let since: number | null = works(from) ? from : null;
  for (let at = from; at < to; at += step) {
    const next = Math.min(to, at + step);
    if (works(next) === (since !== null)) {
      continue;
    }
    const turn = turnBetween(at, next, works);
    if (since !== null) {
      spans.push([since, turn]);
    }
    since = since === null ? turn : null;
  }
  return since === null || since >= to ? spans : [...spans, [since, to]];
}

/** The whole minute at which work begins or ends, between two moments of which one is work and the other is not. */
function turnBetween(before: number, after: number, works: (at: number) => boolean): number {
  const first = works(before);
  let low = Math.floor(before / MINUTE_MS);
  let high = Math.ceil(after / MINUTE_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (works(middle * MINUTE_MS) === first) {
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
