/** One thing done again and again, never twice at once. */
export interface Loop {
  /** Do it now, or again soon when it is being done or was just done. */
  readonly kick: () => void;
  /** Do it after so many milliseconds at the latest. */
  readonly within: (ms: number) => void;
  /** Waits for what is under way. */
  readonly stop: () => Promise<void>;
}

/**
 * Does `work` when kicked, and `pauseMs()` after it ended; never within `restMs` of its last end.
 * `work` must not reject and `pauseMs` must not throw.
 */
export function createLoop(
  work: () => Promise<void>,
  timing: { readonly pauseMs: () => number; readonly restMs: number },
): Loop {
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> | null = null;
  let isStopped = false;
  let restsUntil = 0;
  /** When the next run begins at the latest, on the clock of `performance.now()`. */
  let dueAt = Number.POSITIVE_INFINITY;

  function schedule(at: number): void {
    dueAt = Math.min(dueAt, at);
    if (current === null && !isStopped) {
      const delayMs = Math.max(dueAt, restsUntil) - performance.now();
      clearTimeout(timer);
      if (delayMs > 0) {
        timer = setTimeout(begin, delayMs);
      } else {
        begin();
      }
    }
  }

  function begin(): void {
    dueAt = Number.POSITIVE_INFINITY;
    current = work().finally(() => {
      current = null;
      restsUntil = performance.now() + timing.restMs;
      schedule(performance.now() + timing.pauseMs());
    });
  }

  return {
    kick: () => schedule(performance.now()),
    within: (ms) => {
      if (performance.now() + ms < dueAt) {
        schedule(performance.now() + ms);
      }
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
