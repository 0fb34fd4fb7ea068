import { type ReplayError, Worker } from '@temporalio/worker';

export interface Replay {
  /** Why this build cannot go on with a history; null where it can. One at a time. */
  refusal(history: unknown): Promise<ReplayError | null>;
  close(): Promise<void>;
}

/** One worker for many histories, as in production: a worker of its own for each would compile the whole bundle again and again. */
export function openReplay(workflowBundle: { readonly code: string }): Replay {
  let next: unknown;
  async function* asked() {
    for (let n = 1; ; n += 1) {
      yield { workflowId: `replay-${n}`, history: next as never };
    }
  }
  const results = Worker.runReplayHistories({ workflowBundle }, asked());
  return {
    refusal: async (history) => {
      next = history;
      const { done, value } = await results.next();
      if (done === true) {
        throw new Error('The replaying worker ended.');
      }
      return value.error ?? null;
    },
    close: async () => {
      await results.return?.();
    },
  };
}
