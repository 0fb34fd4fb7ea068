/** How long to leave a service alone after it failed: 0.5 s doubling to 15 s, with jitter. */
export interface Backoff {
  readonly fail: () => void;
  readonly succeed: () => void;
  readonly isFailing: () => boolean;
  /** Milliseconds until something may be tried again; 0 when all is well. */
  readonly remainingMs: () => number;
}

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** `now` is monotonic, in milliseconds: a clock that is set back must not make a pause long. */
export function createBackoff(
  now: () => number = () => performance.now(),
  random: () => number = Math.random,
): Backoff {
  let failures = 0;
  let until = 0;
  return {
    fail: () => {
      const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
      failures += 1;
      until = now() + longest * (0.5 + random() / 2);
    },
    succeed: () => {
      failures = 0;
      until = 0;
    },
    isFailing: () => failures > 0,
    remainingMs: () => Math.max(0, until - now()),
  };
}
