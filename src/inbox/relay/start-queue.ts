/** Starts all claimed rows: in parallel, again and again until Temporal has each, and gently while it is away. */
import type { ClaimedRow } from '../cycle-rows.js';
import { createRowStarter, type RowStarter, type StartParts } from './start-row.js';

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
/**
 * Cycles that only note that another one answers, started and not ended: more of them would stand in Temporal's queue
 * before the ones that answer.
 */
const MOST_NOTING = 128;
/** A row that Temporal refused is left alone for so long times its refusals; the others go on. */
const REFUSED_REST_MS = 500;

export function createStartQueue(parts: StartParts): StartQueue {
  const { backoff } = parts;
  const starter = createRowStarter(parts);
  const startBatch = createBatchStarter(parts, starter, () => isStopped);
  let current: Promise<void> | null = null;
  let isAskedAgain = false;
  let isStopped = false;

  const mayStart = () => !isStopped && backoff.remainingMs() === 0;

  async function work(): Promise<void> {
    isAskedAgain = false;
    let state: BatchEnd = 'more';
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

/** `more`: the batch was started, look for another. `pause`: nothing can be started now. */
type BatchEnd = 'more' | 'empty' | 'pause';

function createBatchStarter(
  { tables, backoff }: StartParts,
  starter: RowStarter,
  isStopped: () => boolean,
): () => Promise<BatchEnd> {
  const rests = createRests();

  /** While Temporal fails, one row at a time asks whether it is back. */
  function nextBatch(): readonly ClaimedRow[] {
    const { isResting, size } = rests.current();
    const roomForFolded = Math.max(0, MOST_NOTING - tables.rows.notingCount(MOST_NOTING));
    return tables.rows
      .nextStarts(BATCH + size, roomForFolded)
      .filter((row) => !isResting(row))
      .slice(0, backoff.isFailing() ? 1 : BATCH);
  }

  return async () => {
    const batch = nextBatch();
    const left = batch.values();
    let isHealthy = true;
    const runner = async (): Promise<void> => {
      for (const row of left) {
        if (!isHealthy || isStopped()) {
          return;
        }
        const result = await starter.start(row);
        isHealthy &&= result !== 'failed';
        if (result === 'refused') {
          rests.begin(row);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, batch.length) }, runner));
    return isHealthy ? (batch.length === 0 ? 'empty' : 'more') : 'pause';
  };
}

/** Rows that Temporal refused a moment ago. */
function createRests() {
  const until = new Map<number, number>();
  return {
    begin(row: ClaimedRow): void {
      until.set(row.seq, performance.now() + REFUSED_REST_MS * (row.attempts + 1));
    },
    current() {
      const now = performance.now();
      for (const [seq, end] of until) {
        if (end <= now) {
          until.delete(seq);
        }
      }
      return { size: until.size, isResting: (row: ClaimedRow) => until.has(row.seq) };
    },
  };
}
