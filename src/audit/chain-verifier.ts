/** Verifying the audit chain in a thread of its own: hashing a long log takes seconds, in which nobody else would be answered. */
import type { Worker } from 'node:worker_threads';
import { startThread } from '../database/start-thread.js';
import type { ChainCheck } from './mirror-reader.js';
import type { VerifyData } from './verify-thread.js';

export interface ChainVerifier {
  /** The whole chain and its anchors. Who asks while one run is under way gets the result of that run. */
  verify(): Promise<ChainCheck>;
  /** Ends a run that is under way; who waits for it is told so. */
  close(): Promise<void>;
}

/** Rows are read one by one: the largest one is what counts. */
const THREAD_HEAP_MB = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 };

/** @param file the mirror; before the worker first ran the chain is empty and holds. */
export function createChainVerifier(file: string): ChainVerifier {
  let run: { readonly thread: Worker; readonly result: Promise<ChainCheck> } | null = null;
  return {
    verify() {
      if (run === null) {
        const workerData: VerifyData = { file };
        const resourceLimits = THREAD_HEAP_MB;
        const thread = startThread(import.meta.url, './verify-thread', { workerData, resourceLimits });
        const result = resultOf(thread).finally(() => {
          run = null;
        });
        run = { thread, result };
      }
      return run.result;
    },
    async close() {
      await run?.thread.terminate();
    },
  };
}

function resultOf(thread: Worker): Promise<ChainCheck> {
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('the audit chain was not verified to its end')));
  });
}
