/** Starts all claimed rows: in parallel, again and again until Temporal has each, and gently while it is away. */
import { createRowStarter, type StartParts } from './start-row.js';

export interface StartQueue {
  /** Starts all that can be started now; a call while it works makes it look once more. Never rejects. */
  readonly run: () => Promise<void>;
  /** Lets what is under way end and starts nothing more. */
  readonly stop: () => Promise<void>;
  /** Null while workflows can be started. */
  readonly lastError: () => string | null;
}

const PARALLEL = 16;
const BATCH = 64;

export function createStartQueue(parts: StartParts): StartQueue {
  const { tables, backoff } = parts;
  const starter = createRowStarter(parts);
  let current: Promise<void> | null = null;
  let isAskedAgain = false;
  let isStopped = false;

  const mayStart = () => !isStopped && backoff.remainingMs() === 0;

  /** While Temporal fails, one row at a time asks whether it is back. */
  async function startBatch(): Promise<'more' | 'empty' | 'pause'> {
    const batch = tables.rows.nextStarts(backoff.isFailing() ? 1 : BATCH);
    const left = batch.values();
    let isHealthy = true;
    const runner = async (): Promise<void> => {
      for (const row of left) {
        if (!isHealthy || isStopped) {
          return;
        }
        const isStarted = await starter.start(row);
        isHealthy &&= isStarted;
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, batch.length) }, runner));
    return isHealthy ? (batch.length === 0 ? 'empty' : 'more') : 'pause';
  }

  async function work(): Promise<void> {
    isAskedAgain = false;
    let state: 'more' | 'empty' | 'pause' = 'more';
    while (state === 'more' && mayStart()) {
      state = await startBatch();
    }
    if (state === 'pause') {
      backoff.fail();
    }
  }

  function run(): Promise<void> {
    isAskedAgain = true;
    current ??= work()
      .catch((error: unknown) => {
        starter.noteFailure(error);
        backoff.fail();
      })
      .finally(() => {
        current = null;
        if (isAskedAgain && mayStart()) {
          void run();
        }
      });
    return current;
  }

  async function stop(): Promise<void> {
    isStopped = true;
    await current;
  }

  return { run, stop, lastError: starter.lastError };
}
