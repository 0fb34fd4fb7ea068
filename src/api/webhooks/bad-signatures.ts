/** Counts the deliveries whose signature did not fit, by address: whoever guesses is told to stop. Good ones are never counted. */

const WINDOW_MS = 60_000;
const MOST_BAD = 1_000;
/** Beyond this many addresses the count begins anew: it must not grow with every forger. */
const MOST_ADDRESSES = 10_000;

export interface BadSignatures {
  /** Counts one more. Answers 0, or in how many seconds this address's minute is over where it had 1,000 bad ones in it. */
  readonly count: (address: string, nowMs: number) => number;
}

export function createBadSignatures(): BadSignatures {
  const seen = new Map<string, { readonly since: number; bad: number }>();

  function minuteOf(address: string, nowMs: number) {
    const current = seen.get(address);
    if (current !== undefined && nowMs - current.since < WINDOW_MS && nowMs >= current.since) {
      return current;
    }
    if (seen.size >= MOST_ADDRESSES) {
      seen.clear();
    }
    const fresh = { since: nowMs, bad: 0 };
    seen.set(address, fresh);
    return fresh;
  }

  return {
    count(address, nowMs) {
      const minute = minuteOf(address, nowMs);
      minute.bad += 1;
      return minute.bad > MOST_BAD ? Math.ceil((minute.since + WINDOW_MS - nowMs) / 1_000) : 0;
    },
  };
}
