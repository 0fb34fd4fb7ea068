/** The thread of `chain-verifier.ts`: walks the whole chain over a connection of its own, answers once and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../database/open.js';
import { createMirrorReader } from './reader.js';

export interface VerifyData {
  readonly file: string;
}

/** Nobody is kept waiting here by a lock. */
const BUSY_MS = 5_000;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // What goes wrong here is thrown, and logged where the answer is awaited.
}

const { file } = workerData as VerifyData;
const reader = createMirrorReader({
  file,
  open: (path) => openDatabase(path, { readonly: true, busyTimeoutMs: BUSY_MS, log: silent }),
});
try {
  parentPort?.postMessage(reader.verifyChain());
} finally {
  reader.close();
}
