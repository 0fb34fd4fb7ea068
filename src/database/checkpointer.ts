/**
 * Checkpoints of one database from a thread of its own: copying the WAL into the file takes tens of milliseconds and
 * two syncs, which nobody should wait for who only wants a row stored.
 */
import type { CheckpointerData } from './checkpoint-thread.js';
import type { Log } from './open.js';
import { startThread } from './start-thread.js';

export interface Checkpointer {
  /** Waits for a checkpoint that is under way. */
  stop(): Promise<void>;
}

/** The thread holds one connection and a few statements. */
const THREAD_HEAP_MB = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 };

/**
 * Takes over the checkpoints of `file` (open it with `checkpoints: 'elsewhere'`). Should the thread end by itself, that is
 * logged and the writer's own, rarer checkpoints go on.
 */
export function startCheckpointer(file: string, log: Log): Checkpointer {
  const workerData: CheckpointerData = { file };
  const resourceLimits = THREAD_HEAP_MB;
  const thread = startThread(import.meta.url, './checkpoint-thread', { workerData, resourceLimits });
  thread.unref();
  let isStopping = false;
  thread.on('error', (error) => log.warn({ file, error }, 'checkpoints are left to the writer from now on'));
  const ended = new Promise<void>((resolve) => {
    thread.once('exit', (code) => {
      if (!isStopping && code === 0) {
        log.warn({ file }, 'checkpoints are left to the writer from now on');
      }
      resolve();
    });
  });
  return {
    async stop() {
      isStopping = true;
      // From here on it is waited for, also where nothing else keeps the process alive.
      thread.ref();
      thread.postMessage('stop');
      await ended;
    },
  };
}
