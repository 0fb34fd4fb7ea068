/** One thing done again and again, never twice at once. */
export interface Loop {
  /** Do it now, or again soon when it is being done or was just done. */
  readonly kick: () => void;
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
  let restsUntil = 0;
  let isKicked = false;
  let isStopped = false;

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    if (!isStopped) {
      timer = setTimeout(begin, delayMs);
    }
  }

  function begin(): void {
    isKicked = false;
    current = work().finally(() => {
      current = null;
      restsUntil = performance.now() + timing.restMs;
      schedule(isKicked ? timing.restMs : timing.pauseMs());
    });
  }

  return {
    kick() {
      isKicked = true;
      const restMs = restsUntil - performance.now();
      if (current === null && !isStopped) {
        if (restMs > 0) {
          schedule(restMs);
        } else {
          clearTimeout(timer);
          begin();
        }
      }
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
