/** Counts what went wrong, by address and minute: whoever guesses is told to stop. What went right is never counted. */

const WINDOW_MS = 60_000;
/** Beyond this many addresses the count begins anew: it must not grow with every forger. */
const MOST_ADDRESSES = 10_000;

export interface Attempts {
  /** Counts one more. Answers 0, or in how many seconds this address's minute is over where it had too many in it. */
  readonly count: (address: string, nowMs: number) => number;
  /** The same answer without counting. */
  readonly pauseSeconds: (address: string, nowMs: number) => number;
}

/** @param most bad ones of one address in a minute that are still answered as any other */
export function createAttempts(most: number): Attempts {
  const seen = new Map<string, { readonly since: number; bad: number }>();

  function current(address: string, nowMs: number) {
    const minute = seen.get(address);
    const isCurrent = minute !== undefined && nowMs - minute.since < WINDOW_MS && nowMs >= minute.since;
    return isCurrent ? minute : undefined;
  }

  function begin(address: string, nowMs: number) {
    if (seen.size >= MOST_ADDRESSES) {
      seen.clear();
    }
    const fresh = { since: nowMs, bad: 0 };
    seen.set(address, fresh);
    return fresh;
  }

  const pause = (minute: { readonly since: number; readonly bad: number } | undefined, nowMs: number) =>
    minute !== undefined && minute.bad > most ? Math.ceil((minute.since + WINDOW_MS - nowMs) / 1_000) : 0;

  return {
    count(address, nowMs) {
      const minute = current(address, nowMs) ?? begin(address, nowMs);
      minute.bad += 1;
      return pause(minute, nowMs);
    },
    pauseSeconds: (address, nowMs) => pause(current(address, nowMs), nowMs),
  };
}
