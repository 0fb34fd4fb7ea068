/**
 * What is old enough to be asked about, by a clock that may be set back: what was stamped long ago, and what bears a time
 * that has not come yet. Without the second a cycle that died would keep its lane for as long as the clock was set back.
 */
export interface SettledAt {
  /** Stamped at this time or before, epoch milliseconds. */
  readonly before: number;
  /** Later stamps than this come from a clock that was ahead. */
  readonly now: number;
}

/** Everything counts as old. */
export const EVER: SettledAt = { before: Number.MAX_SAFE_INTEGER, now: Number.MAX_SAFE_INTEGER };

/** @param ageMs younger ones are left alone */
export function settledSince(now: Date, ageMs: number): SettledAt {
  return { before: now.getTime() - ageMs, now: now.getTime() };
}
